<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** One of those who take a session's lock, hold it for a while and give it back. */
final class Holder implements Client
{
    private const PAUSE = 0.05;
    private int $number = 0;
    private float $since = 0.0;

    public function __construct(
        private readonly string $prefix,
        private readonly string $name,
        private readonly Lock $lock,
    ) {
    }

    public function isReady(): bool
    {
        $isThere = $this->lock->cookie !== null || !$this->lock->isBeingMade;

        return $isThere && Channel::now() - $this->since > self::PAUSE;
    }

    public function question(): Question
    {
        $this->number++;
        $this->lock->isBeingMade = true;

        $asked = http_build_query([
            'drill' => $this->prefix,
            'key' => "{$this->name}:{$this->number}",
            'hold_ms' => $this->lock->holdMs,
        ]);

        return new Question("/ha/probe/lock.php?{$asked}", $this->lock->cookie);
    }

    public function answered(Answer $answer): array
    {
        $this->since = Channel::now();
        $this->lock->isBeingMade = false;
        $this->lock->cookie ??= $answer->isGood() ? $answer->cookie : null;
        $error = $answer->isGood() ? '' : $answer->error();
        $rows = [Row::of($this->name, "{$this->prefix}:{$this->name}:{$this->number}", $answer, $error)];
        if (isset($answer->said['from'], $answer->said['to'])) { // also where it could not be written in the end
            $token = "{$this->prefix}:{$this->lock->name}:{$this->name}.{$this->number}";
            $node = (string) ($answer->said['node'] ?? '');
            $rows[] = Row::held($this->name, $token, $answer->said['from'], $answer->said['to'], $node);
        }

        return $rows;
    }
}
