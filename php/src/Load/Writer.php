<?php

declare(strict_types=1);

namespace RedisHa\Load;

use Redis;
use RedisException;
use RedisSentinel;

/**
 * Writes with phpredis as a page does: it asks the Sentinels, connects, writes, and is gone.
 * Each wait has its time: without one, that of PHP is a minute.
 */
final class Writer
{
    private const SILENCE = 15.0;
    private const TIMEOUT = 1.0;
    private const KEPT = 3600;
    private const TICK_US = 20_000;
    /** @var ?array<string, mixed> */
    private ?array $orders = null;
    private float $due = 0.0;
    private int $number = 0;

    public function __construct(private readonly Channel $channel)
    {
    }

    /** @return array<string, string> */
    public static function about(): array
    {
        return ['client' => 'phpredis ' . phpversion('redis'), 'runtime' => 'PHP ' . PHP_VERSION];
    }

    /** Return the status to end with. */
    public function run(): int
    {
        while (true) {
            $this->listen();
            if (!$this->channel->isOpen) {
                return 0;
            }
            if (Channel::now() - $this->channel->heardAt > self::SILENCE) {
                return 1; // who started this is gone
            }
            if ($this->orders !== null && Channel::now() >= $this->due) {
                $this->due = max($this->due + 1 / $this->orders['rate_per_s'], Channel::now());
                $this->write();
            }
        }
    }

    /** Wait for what is said, or until the next write is due. */
    private function listen(): void
    {
        $rest = $this->orders === null ? self::TICK_US : (int) (1e6 * ($this->due - Channel::now()));
        $read = [$this->channel->input];
        $none = null;
        if (@stream_select($read, $none, $none, 0, max(0, min($rest, self::TICK_US))) > 0) {
            $this->orders = $this->channel->listen() ?? $this->orders;
        }
    }

    private function write(): void
    {
        $key = "{$this->orders['prefix']}:{$this->orders['client']}:{$this->number}";
        $this->number++;
        $begun = Channel::now();
        [$outcome, $node, $error] = $this->set($key);
        $this->channel->tell([$this->orders['client'], $key, $begun, Channel::now(), $outcome, $node, $error]);
    }

    /** @return array{string, string, string} the outcome, the node's address, the error */
    private function set(string $key): array
    {
        $master = $this->master();
        if ($master === null) {
            return ['failed', '', 'no master'];
        }
        $redis = new Redis();
        try {
            $redis->connect($master[0], (int) $master[1], self::TIMEOUT, null, 0, self::TIMEOUT);
            $redis->auth($this->orders['redis_password']);
            $isStored = $redis->set($key, $key, ['EX' => self::KEPT]);
            $error = (string) $redis->getLastError();
        } catch (RedisException $exception) {
            return $this->failed($master[0], $exception->getMessage());
        }

        return $isStored ? ['acknowledged', $master[0], ''] : $this->failed($master[0], $error);
    }

    /** @return array{string, string, string} */
    private function failed(string $node, string $error): array
    {
        $isReply = preg_match('/^[A-Z]{3,} /', $error) === 1;

        return [$isReply ? 'failed' : 'indeterminate', $node, $error === '' ? 'no answer' : $error];
    }

    /** @return ?array{string, string} address and port that a Sentinel names, the first that answers */
    private function master(): ?array
    {
        foreach ($this->orders['sentinels'] as [$host, $port]) {
            try {
                $named = $this->sentinel($host, $port)->getMasterAddrByName($this->orders['master_name']);
            } catch (RedisException) {
                continue;
            }
            if (is_array($named)) {
                return [(string) $named[0], (string) $named[1]];
            }
        }

        return null;
    }

    private function sentinel(string $host, int $port): RedisSentinel
    {
        $password = $this->orders['sentinel_password'];
        if (version_compare((string) phpversion('redis'), '6.0.0', '<')) {
            return new RedisSentinel($host, $port, self::TIMEOUT, null, 0, self::TIMEOUT, $password);
        }

        return new RedisSentinel([
            'host' => $host,
            'port' => $port,
            'connectTimeout' => self::TIMEOUT,
            'readTimeout' => self::TIMEOUT,
            'auth' => $password,
        ]);
    }
}
