<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** A session whose lock several holders take in turn: the cookie that they share. */
final class Lock
{
    public ?string $cookie = null;
    public bool $isBeingMade = false;

    /** @param int $holdMs longer than a failover for some: only those could meet the next holder */
    public function __construct(public readonly string $name, public readonly int $holdMs)
    {
    }
}
