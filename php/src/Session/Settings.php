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

    /** What may be left out of the file. */
    private const DEFAULTS = [
        'prefix' => 'session:',
        'lock_prefix' => 'session-lock:',
        'connect_timeout_s' => 0.5,
        'read_timeout_s' => 10.0,
        'lock_wait_s' => 10.0,
        'lock_lifetime_s' => 30.0,
        'confirm_replicas' => 1,
        'confirm_timeout_ms' => 200,
    ];
    private const NEEDED = ['address', 'port', 'password', 'database'];

    private function __construct(
        public readonly string $address,
        public readonly int $port,
        public readonly Secret $password,
        public readonly int $database,
        public readonly string $prefix,
        public readonly string $lockPrefix,
        public readonly float $connectTimeout,
        public readonly float $readTimeout,
        public readonly float $lockWait,
        public readonly float $lockLifetime,
        public readonly int $confirmReplicas,
        public readonly int $confirmTimeoutMs,
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

    /** Return the same way to Redis for something that waits no longer than that, in seconds. */
    public function within(float $deadline): self
    {
        return $this->with(['connectTimeout' => $deadline, 'readTimeout' => $deadline, 'lockWait' => $deadline]);
    }

    /** Return the way to another server of the same password. */
    public function at(string $address, int $port): self
    {
        return $this->with(['address' => $address, 'port' => $port]);
    }

    /** Return the way to another database. */
    public function in(int $database): self
    {
        return $this->with(['database' => $database]);
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
        $values = array_filter($told, is_scalar(...)) + self::DEFAULTS;
        foreach (self::NEEDED as $key) {
            $values[$key] ?? throw new Unavailable("the settings of sessions have no `{$key}`: {$path}");
        }

        return new self(
            (string) $values['address'],
            (int) $values['port'],
            new Secret((string) $values['password']),
            (int) $values['database'],
            (string) $values['prefix'],
            (string) $values['lock_prefix'],
            (float) $values['connect_timeout_s'],
            (float) $values['read_timeout_s'],
            (float) $values['lock_wait_s'],
            (float) $values['lock_lifetime_s'],
            (int) $values['confirm_replicas'],
            (int) $values['confirm_timeout_ms'],
        );
    }

    /** @param array<string, mixed> $changed */
    private function with(array $changed): self
    {
        return new self(...[...get_object_vars($this), ...$changed]);
    }
}
