<?php

declare(strict_types=1);

namespace RedisHa\Page;

/** The last changes of master that any request here came upon; kept as long as PHP runs. */
final class Changes
{
    private const KEY = 'redis-ha:page:changes';
    private const LOCK = 'redis-ha:page:changes:lock';
    private const KEPT = 8;
    private const NOBODY = ['master' => null, 'since' => null, 'seen' => 0.0, 'list' => []];

    /** @return list<array{at: float, from: string, to: string}> the newest first */
    public static function all(): array
    {
        return self::held()['list'];
    }

    /**
     * Note who is master now.
     *
     * @param float $seen when he was asked
     * @param ?float $since when he became it; null where nobody knows
     */
    public static function note(string $master, float $seen, ?float $since): void
    {
        if (!self::isKept() || !self::isNews(self::held(), $master, $seen) || !apcu_add(self::LOCK, 1, 1)) {
            return; // the last: another request is at it
        }
        $held = self::held();
        if (self::isNews($held, $master, $seen)) {
            apcu_store(self::KEY, self::after($held, $master, $seen, $since));
        }
        apcu_delete(self::LOCK);
    }

    /** Return since when a node has been master; null where nobody knows. */
    public static function since(string $master): ?float
    {
        $held = self::held();

        return $held['master'] === $master ? $held['since'] : null;
    }

    private static function isNews(array $held, string $master, float $seen): bool
    {
        return $held['master'] !== $master && $held['seen'] < $seen;
    }

    private static function after(array $held, string $master, float $seen, ?float $since): array
    {
        $list = $held['list'];
        if ($held['master'] !== null) {
            $since ??= $seen;
            array_unshift($list, ['at' => $since, 'from' => $held['master'], 'to' => $master]);
        }
        $kept = array_slice($list, 0, self::KEPT);

        return ['master' => $master, 'since' => $since, 'seen' => $seen, 'list' => $kept];
    }

    private static function held(): array
    {
        $held = self::isKept() ? apcu_fetch(self::KEY) : false;

        return is_array($held) ? $held : self::NOBODY;
    }

    private static function isKept(): bool
    {
        return function_exists('apcu_enabled') && apcu_enabled();
    }
}
