<?php

declare(strict_types=1);

namespace RedisHa\Page;

use Redis;
use RedisException;

/** The master that answers through the proxy. */
final class Master
{
    private function __construct(public readonly string $name, public readonly string $address)
    {
    }

    /**
     * Ask whoever the proxy leads to for the address of his own end of the connection.
     *
     * @return ?self null where no master answers in time
     */
    public static function ask(Settings $settings, float $deadline): ?self
    {
        $redis = new Redis();
        try {
            $redis->connect($settings->host, $settings->port, $deadline, null, 0, $deadline);
            [, $role, $client] = $redis->pipeline()
                ->auth($settings->password)
                ->rawCommand('ROLE')
                ->rawCommand('CLIENT', 'INFO')
                ->exec();
            $redis->close();
        } catch (RedisException) {
            return null; // its message is not for visitors
        }
        if (($role[0] ?? '') !== 'master' || preg_match('/\bladdr=(\S+)/', (string) $client, $found) !== 1) {
            return null;
        }

        return new self($settings->nodes[$found[1]] ?? $found[1], $found[1]);
    }
}
