<?php

declare(strict_types=1);

namespace RedisHa;

use RuntimeException;

/** Redis did not do what it was asked for. The message says why and holds no password. */
final class Unavailable extends RuntimeException
{
    /** @param ?float $passesWithin seconds after which the same may work; null: time does not mend it */
    public function __construct(string $message, public readonly ?float $passesWithin = null)
    {
        parent::__construct($message);
    }
}
