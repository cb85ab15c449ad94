<?php

declare(strict_types=1);

namespace RedisHa\Load\Typo3;

use RedisHa\Load\Answer;
use RedisHa\Load\Client;
use RedisHa\Load\Question;
use RedisHa\Load\Row;

/** One who reads pages from the cache, one after the other, or the one with a part that is never cached. */
final class Reader implements Client
{
    /** What each page of the site ends in. */
    public const END = 'id="made"';
    private const NOW = 'id="now"';
    private int $number = 0;
    private int $story = 0;
    private int $known = 0;

    /** @param int $which of those who do the same; each begins elsewhere */
    public function __construct(
        private readonly Stories $stories,
        private readonly int $which,
        private readonly bool $isCached,
    ) {
    }

    public function isReady(): bool
    {
        return true;
    }

    public function question(): Question
    {
        $this->number++;
        $this->story = $this->isCached ? ($this->which * 7 + $this->number) % (Stories::COUNT + 1) : 0;
        $this->known = $this->stories->known($this->story);

        return new Question(match (true) {
            !$this->isCached => '/now',
            $this->story === 0 => '/',
            default => $this->stories->path($this->story),
        });
    }

    public function answered(Answer $answer): array
    {
        $name = ($this->isCached ? 'typo3-page-' : 'typo3-now-') . $this->which;
        $isGood = $answer->shows($this->isCached ? self::END : self::NOW);
        $isOld = $isGood && $this->stories->shown($this->story, $answer->body) < $this->known;
        $key = "{$this->stories->prefix}:{$name}:{$this->number}";

        return [Row::page($name, $key, $answer, $isGood, $isOld ? 'old text' : '')];
    }
}
