<?php

declare(strict_types=1);

namespace RedisHa;

use Redis;
use RedisException;
use RedisHa\Session\Settings;
use SensitiveParameter;

/** One connection to whoever is master, opened when it is first used and never opened anew unasked. */
final class Connection
{
    /** Answers of a server that is no master, or is about to be none: the proxy leads to another soon. */
    private const PASSING = ['READONLY', 'MASTERDOWN', 'NOREPLICAS', 'UNBLOCKED', 'LOADING'];
    private const PASSES_WITHIN_S = 0.15;
    private const CUT_PASSES_WITHIN_S = 0.03;

    /** The last words that log in, for who wants to know where the proxy led to. */
    private const WHO = ['CLIENT', 'INFO'];

    private static bool $asksWho = false;
    private static string $server = '';
    private ?Redis $redis = null;

    public function __construct(private readonly Settings $settings)
    {
    }

    /**
     * Send commands at once and return their replies. The first one of a connection goes alone: it is
     * the one that the proxy may hold, and php-redis waits for each reply by itself.
     *
     * @param list<int|string> ...$commands
     * @return array<mixed> in their order; false for nil
     * @throws Unavailable any of them failed; the connection is closed then
     */
    public function run(array ...$commands): array
    {
        if (!class_exists(Redis::class)) {
            throw new Unavailable('PHP has no extension `redis`');
        }
        $hello = $this->redis === null ? $this->hello() : [];
        try {
            if ($hello !== []) {
                $this->sent([array_shift($hello)]);
            }
            $replies = $this->sent([...$hello, ...$commands]);
        } catch (RedisException $exception) {
            throw $this->failed($exception->getMessage());
        }

        if (end($hello) === self::WHO) {
            $said = (string) $replies[count($hello) - 1];
            self::$server = preg_match('/ laddr=(\S+):\d+/', $said, $found) ? $found[1] : '';
        }

        return array_slice($replies, count($hello));
    }

    /** Have servers say from now on who they are: a few microseconds for each connection. */
    public static function askWho(): void
    {
        self::$asksWho = true;
    }

    /** The address of the server that the last connection led to; empty where nobody asked. */
    public static function server(): string
    {
        return self::$server;
    }

    public function close(): void
    {
        try {
            $this->redis?->close();
        } catch (RedisException) {
            // it is gone already
        }
        $this->redis = null;
    }

    /** @return list<list<int|string>> */
    private function hello(): array
    {
        $password = $this->settings->password->reveal();
        $hello = $password === '' ? [] : [['AUTH', $password]];

        return [...$hello, ['SELECT', $this->settings->database], ...(self::$asksWho ? [self::WHO] : [])];
    }

    /**
     * @param list<list<int|string>> $commands
     * @return array<mixed>
     */
    private function sent(#[SensitiveParameter] array $commands): array
    {
        $redis = $this->redis ??= $this->connected();
        // or a server that is silent keeps this waiting once for each command
        $redis->setOption(Redis::OPT_READ_TIMEOUT, $this->settings->readTimeout / count($commands));
        $redis->clearLastError();
        $redis->multi(Redis::PIPELINE);
        foreach ($commands as $command) {
            $redis->rawCommand(...array_map('strval', $command));
        }
        $replies = $redis->exec();
        if (!is_array($replies) || $redis->getLastError() !== null) {
            throw new RedisException($redis->getLastError() ?? 'no answer');
        }

        return $replies;
    }

    private function connected(): Redis
    {
        $settings = $this->settings;
        $redis = new Redis();
        $timeouts = [$settings->connectTimeout, null, 0, $settings->readTimeout];
        if (!@$redis->connect($settings->address, $settings->port, ...$timeouts)) {
            throw new RedisException('no connection');
        }
        if (defined('Redis::OPT_MAX_RETRIES')) {
            // a connection that the library opens anew would not have logged in
            $redis->setOption(Redis::OPT_MAX_RETRIES, 0);
        }

        return $redis;
    }

    /** Keep of an error what names no argument: its code, or the library's own words. */
    private function failed(string $message): Unavailable
    {
        $this->close();
        $where = "{$this->settings->address}:{$this->settings->port}";
        $code = strtok($message, ' ') ?: '';
        if (preg_match('/^[A-Z]{3,}$/', $code)) {
            $isPassing = in_array($code, self::PASSING, true);

            return new Unavailable("{$where} answers {$code}", $isPassing ? self::PASSES_WITHIN_S : null);
        }
        $told = $this->settings->password->masked($message);

        return new Unavailable("{$where}: {$told}", self::CUT_PASSES_WITHIN_S);
    }
}
