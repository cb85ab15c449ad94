<?php

declare(strict_types=1);

namespace RedisHa\Page;

use RedisHa\Session\Settings as Access;
use RedisHa\Unavailable;

/** What the page knows: the way to the master, the proxy's status page, which node has which address. */
final class Settings
{
    /**
     * @param Access $access the way of the sessions, on which the page does not wait for long
     * @param string $status the address of the proxy's status page, as CSV
     * @param string $web the name of this node
     * @param array<string, string> $nodes names of nodes by ADDRESS:PORT
     */
    private function __construct(
        public readonly Access $access,
        public readonly string $status,
        public readonly string $web,
        public readonly array $nodes,
    ) {
    }

    /**
     * Read the files that the role `web` put beside each other.
     *
     * @param float $deadline how long an answer of the master is waited for
     * @throws Unavailable one of them cannot be read
     */
    public static function read(float $deadline): self
    {
        $path = dirname(Access::path()) . '/page.json';
        $page = json_decode(is_readable($path) ? (string) file_get_contents($path) : '', true);
        if (!is_array($page)) {
            throw new Unavailable("the settings of the page cannot be read: {$path}");
        }

        return new self(
            Access::current()->within($deadline),
            (string) $page['status'],
            (string) $page['web'],
            (array) $page['nodes'],
        );
    }
}
