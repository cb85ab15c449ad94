<?php

declare(strict_types=1);

namespace RedisHa\Page;

use RedisException;

/** This visitor's session: a counter that goes up by one with every answer. */
final class Visitor
{
    private const COOKIE = [
        'name' => 'redis-ha-page', // apart from the site's own sessions
        'cookie_path' => '/ha/',
        'cookie_httponly' => true,
        'cookie_samesite' => 'Strict',
        'use_strict_mode' => true,
    ];

    private function __construct(public readonly int $count, public readonly float $since)
    {
    }

    /**
     * Count one more, in a session that is written before anything is answered.
     *
     * @return ?self null where the session could not be read or written
     */
    public static function count(): ?self
    {
        try {
            if (!session_start(self::COOKIE)) {
                return null;
            }
        } catch (RedisException) {
            return null; // from the handler of php-redis; its message is not for visitors
        }
        $_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
        $_SESSION['since'] ??= microtime(true);
        $counted = new self($_SESSION['count'], $_SESSION['since']);

        return session_write_close() ? $counted : null;
    }
}
