<?php

declare(strict_types=1);

namespace RedisHa\Session;

/** A session whose lock is held: what stood in it when it was read, false where there was none. */
final class Held
{
    /** SHA-1 of what was read, as Redis works it out too; empty where there was no session. */
    public readonly string $digest;

    public function __construct(
        public readonly string $id,
        public readonly string $token,
        public readonly string|false $data,
    ) {
        $this->digest = $data === false ? '' : sha1($data);
    }
}
