<?php

declare(strict_types=1);

namespace RedisHa\Load\Typo3;

use RedisHa\Load\Pace;
use RedisHa\Secret;

/** Everybody who comes to a TYPO3 site in a drill, and how often. */
final class Site
{
    /** Of all requests. */
    private const CACHED = 0.35;
    private const UNCACHED = 0.25;
    private const LOGGED_IN = 0.25;
    /** Two of three of these are the backend's; the third is for the page that was edited. */
    private const EDITORS = 0.15;
    private const READERS = 10;
    /** The page whose records an editor sees first. */
    private const FIRST_STORY = 11;

    /**
     * @param array<string, mixed> $orders
     * @return list<Pace>
     */
    public static function paces(array $orders): array
    {
        $told = $orders['typo3'] ?? null;
        if ($told === null) {
            return [];
        }
        $prefix = (string) $orders['prefix'];
        $perSecond = (float) $told['requests_per_s'];
        $stories = new Stories($prefix);
        $found = [];
        if (in_array('typo3-page', $told['kinds'], true)) {
            $cached = self::many(2 * self::READERS, fn (int $number): Reader => new Reader($stories, $number, true));
            $uncached = self::many(self::READERS, fn (int $number): Reader => new Reader($stories, $number, false));
            $found[] = new Pace(self::CACHED * $perSecond, $cached);
            $found[] = new Pace(self::UNCACHED * $perSecond, $uncached);
        }
        if (in_array('typo3-visitor', $told['kinds'], true)) {
            $password = new Secret((string) $told['visitor_password']);
            $visitors = (int) $told['visitors'];
            $members = self::many($visitors, fn (int $number): Member => new Member($prefix, $number, $password));
            $found[] = new Pace(self::LOGGED_IN * $perSecond, $members);
        }
        if (in_array('typo3-editor', $told['kinds'], true)) {
            $editor = new Editor($stories, new Backend(new Secret((string) $told['editor_password']), self::FIRST_STORY));
            $found[] = new Pace(self::EDITORS * $perSecond, [$editor]);
        }

        return $found;
    }

    /**
     * @template T
     * @param callable(int): T $make
     * @return list<T>
     */
    private static function many(int $count, callable $make): array
    {
        return array_map($make, range(1, $count));
    }
}
