<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** Clients who together begin so many requests in a second, each one at a time. */
final class Pace
{
    private float $due;

    /** @param list<Client> $waiting those who wait for their turn */
    public function __construct(private readonly float $perSecond, private array $waiting)
    {
        $this->due = Channel::now();
    }

    /** Return whose turn it is now; null for nobody's. */
    public function next(): ?Client
    {
        $now = Channel::now();
        if ($this->waiting === [] || $now < $this->due) {
            return null;
        }
        $interval = 1 / $this->perSecond;
        $this->due = max($this->due + $interval, $now - $interval);

        return array_shift($this->waiting);
    }

    /** Have one wait again. */
    public function back(Client $client): void
    {
        $this->waiting[] = $client;
    }

    /** Return in how many seconds it may be somebody's turn; 0 for now. */
    public function rest(): float
    {
        return $this->waiting === [] ? 1.0 : max(0.0, $this->due - Channel::now());
    }
}
