<?php

declare(strict_types=1);

namespace RedisHa\Session;

use RedisHa\Secret;
use RedisHa\Unavailable;

/** Where sessions are kept and how long anything of it may take: a JSON file that only the pool reads. */
final class Settings
{
    private const VARIABLE = 'REDIS_HA_SESSIONS';
    private const PATH = '/etc/redis-ha/web/sessions.json';

    public function __construct(
        public readonly string $address,
        public readonly int $port,
        public readonly Secret $password,
        public readonly int $database,
        public readonly string $prefix = 'session:',
        public readonly string $lockPrefix = 'session-lock:',
        public readonly float $connectTimeout = 0.5,
        public readonly float $readTimeout = 10.0,
        public readonly float $lockWait = 10.0,
        public readonly float $lockLifetime = 30.0,
        public readonly int $confirmReplicas = 1,
        public readonly int $confirmTimeoutMs = 200,
    ) {
    }

    /** Read the file that the pool names, else the one of the role `web`. */
    public static function current(): self
    {
        return self::read(self::path());
    }

    /** Say where that file is; what else the role `web` tells PHP lies beside it. */
    public static function path(): string
    {
        return getenv(self::VARIABLE) ?: self::PATH;
    }

    /** @throws Unavailable the file cannot be read, or something that has to stand there does not */
    public static function read(string $path): self
    {
        $text = is_readable($path) ? file_get_contents($path) : false;
        if ($text === false) {
            throw new Unavailable("the settings of sessions cannot be read: {$path}");
        }
        $told = json_decode($text, true);
        if (!is_array($told)) {
            throw new Unavailable("the settings of sessions are not JSON: {$path}");
        }
        foreach (['address', 'port', 'password', 'database'] as $key) {
            if (!is_scalar($told[$key] ?? null)) {
                throw new Unavailable("the settings of sessions have no `{$key}`: {$path}");
            }
        }

        return new self(
            (string) $told['address'],
            (int) $told['port'],
            new Secret((string) $told['password']),
            (int) $told['database'],
            (string) ($told['prefix'] ?? 'session:'),
            (string) ($told['lock_prefix'] ?? 'session-lock:'),
            (float) ($told['connect_timeout_s'] ?? 0.5),
            (float) ($told['read_timeout_s'] ?? 10.0),
            (float) ($told['lock_wait_s'] ?? 10.0),
            (float) ($told['lock_lifetime_s'] ?? 30.0),
            (int) ($told['confirm_replicas'] ?? 1),
            (int) ($told['confirm_timeout_ms'] ?? 200),
        );
    }
}
