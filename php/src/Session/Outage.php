<?php

declare(strict_types=1);

namespace RedisHa\Session;

use RedisHa\Unavailable;

/** What a visitor and the log are told when a session cannot be had. */
final class Outage
{
    private const RETRY_AFTER_S = 2;
    private const BODY = "This site cannot reach its sessions at the moment. Please try again in a few seconds.\n";

    public static function log(string $what, Unavailable $failure): void
    {
        $rest = headers_sent() && PHP_SAPI !== 'cli' ? ' (after the page had been sent)' : '';
        error_log("redis-ha: {$what}: {$failure->getMessage()}{$rest}");
    }

    /** End the request: nothing that an application catches comes of it. */
    public static function answer(): never
    {
        if (!headers_sent()) {
            while (ob_get_level() > 0 && @ob_end_clean()) {
                continue;
            }
            http_response_code(503);
            header('Retry-After: ' . self::RETRY_AFTER_S);
            header('Cache-Control: no-store');
            header('Content-Type: text/plain; charset=utf-8');
            header_remove('Content-Length');
            header_remove('Location');
            echo self::BODY;
        }
        exit;
    }
}
