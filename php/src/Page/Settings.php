<?php

declare(strict_types=1);

namespace RedisHa\Page;

use UnexpectedValueException;

/** What the page knows: where the proxy is, and which node has which address. */
final class Settings
{
    /** @param array<string, string> $nodes names of nodes by ADDRESS:PORT */
    private function __construct(
        public readonly string $host,
        public readonly int $port,
        public readonly string $password,
        public readonly string $status,
        public readonly string $web,
        public readonly array $nodes,
    ) {
    }

    /** Read the files that the role `web` put beside each other; the pool knows where. */
    public static function read(): self
    {
        $path = (string) getenv('REDIS_HA_SESSIONS');
        $sessions = self::json($path);
        $page = self::json(dirname($path) . '/page.json');

        return new self(
            (string) $sessions['address'],
            (int) $sessions['port'],
            (string) $sessions['password'],
            (string) $page['status'],
            (string) $page['web'],
            (array) $page['nodes'],
        );
    }

    /** @return array<string, mixed> */
    private static function json(string $path): array
    {
        $text = is_readable($path) ? file_get_contents($path) : false;
        $read = $text === false ? null : json_decode($text, true);
        if (!is_array($read)) {
            throw new UnexpectedValueException("redis-ha: cannot be read: `{$path}`");
        }

        return $read;
    }
}
