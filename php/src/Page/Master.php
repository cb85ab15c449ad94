<?php

declare(strict_types=1);

namespace RedisHa\Page;

use RedisHa\Connection;
use RedisHa\Unavailable;

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
    public static function ask(Settings $settings): ?self
    {
        $connection = new Connection($settings->access);
        try {
            [$role, $client] = $connection->run(['ROLE'], ['CLIENT', 'INFO']);
        } catch (Unavailable) {
            return null;
        }
        $connection->close();
        if (($role[0] ?? '') !== 'master' || preg_match('/\bladdr=(\S+)/', (string) $client, $found) !== 1) {
            return null;
        }

        return new self($settings->nodes[$found[1]] ?? $found[1], $found[1]);
    }
}
