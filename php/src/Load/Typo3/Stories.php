<?php

declare(strict_types=1);

namespace RedisHa\Load\Typo3;

/** The pages that are edited, with the number of the last edit of each that the backend has acknowledged. */
final class Stories
{
    public const COUNT = 20;
    private const FIRST_RECORD = 11;
    private const EDITOR = 'typo3-editor-1';

    /** @var array<int, int> by story */
    private array $acknowledged = [];

    public function __construct(public readonly string $prefix)
    {
    }

    public function path(int $story): string
    {
        return "/story-{$story}";
    }

    /** Return the uid of the page's text. */
    public function record(int $story): int
    {
        return self::FIRST_RECORD + $story - 1;
    }

    /** Return the text of an edit, by which the history calls it as well. */
    public function text(int $story, int $number): string
    {
        return "{$this->prefix}:" . self::EDITOR . ":{$story}.{$number}";
    }

    public function acknowledge(int $story, int $number): void
    {
        $this->acknowledged[$story] = $number;
    }

    /** Return the number of the last edit that was acknowledged; 0 for none. */
    public function known(int $story): int
    {
        return $this->acknowledged[$story] ?? 0;
    }

    /** Return the number of the edit that a page shows; 0 for what was there before. */
    public function shown(int $story, string $page): int
    {
        $text = preg_quote($this->text($story, 0), '/');

        return preg_match('/' . substr($text, 0, -1) . '(\d+)/', $page, $found) ? (int) $found[1] : 0;
    }
}
