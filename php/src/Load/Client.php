<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** One that asks for pages, one at a time. */
interface Client
{
    /** Say whether it can ask for the next one. */
    public function isReady(): bool;

    /** Begin the next request. */
    public function question(): Question;

    /**
     * Take what came of it.
     *
     * @return list<list<mixed>> the rows that the history gets
     */
    public function answered(Answer $answer): array;
}
