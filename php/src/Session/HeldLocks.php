<?php

declare(strict_types=1);

namespace RedisHa\Session;

/**
 * Which process of this pool took which lock, in APCu: the lock of a request that died is known by it.
 *
 * The command line has no APCu; a lock that is left there ends with its lifetime.
 */
final class HeldLocks
{
    private const PREFIX = 'redis-ha:lock:';
    private const NOBODY = 0;

    public function __construct(private readonly int $lifetime)
    {
    }

    public static function token(): string
    {
        return gethostname() . ':' . getmypid() . ':' . bin2hex(random_bytes(8));
    }

    public function took(string $token): void
    {
        $this->store($token, (int) getmypid());
    }

    /** Note a lock that this request could not give back. */
    public function left(string $token): void
    {
        $this->store($token, self::NOBODY);
    }

    public function gaveBack(string $token): void
    {
        if ($this->isShared()) {
            apcu_delete(self::PREFIX . $token);
        }
    }

    /** Say whether this lock is of a request of this pool that is over. */
    public function isLeft(string $token): bool
    {
        $process = $this->isShared() ? apcu_fetch(self::PREFIX . $token) : false;

        return $process === self::NOBODY || (is_int($process) && !$this->lives($process));
    }

    private function lives(int $process): bool
    {
        return function_exists('posix_kill') ? posix_kill($process, 0) : is_dir("/proc/{$process}");
    }

    private function store(string $token, int $process): void
    {
        if ($this->isShared()) {
            apcu_store(self::PREFIX . $token, $process, $this->lifetime);
        }
    }

    private function isShared(): bool
    {
        return function_exists('apcu_enabled') && apcu_enabled();
    }
}
