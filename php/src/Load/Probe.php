<?php

declare(strict_types=1);

namespace RedisHa\Load;

use RedisHa\Connection;

/** What the pages for drills have in common: their session, and lines of JSON that tell of it. */
final class Probe
{
    private function __construct(private readonly string $drill, private readonly string $key)
    {
    }

    /** Start the session of a request that comes from the node itself, or end with 404. */
    public static function begun(): self
    {
        [$drill, $key] = [$_GET['drill'] ?? '', $_GET['key'] ?? ''];
        $isOwn = preg_match('~^(127\.|::1$)~', $_SERVER['REMOTE_ADDR'] ?? '') === 1;
        if (!$isOwn || !preg_match('~^[\w:-]{1,64}$~', $drill) || !preg_match('~^[\w-]{1,32}:\d{1,9}$~', $key)) {
            http_response_code(404);
            exit;
        }
        header('Content-Type: application/x-ndjson');
        header('Cache-Control: no-store');
        header('X-Accel-Buffering: no');
        Connection::askWho();
        $probe = new self($drill, $key);
        session_start() || $probe->fail();

        return $probe;
    }

    /** Have the session remember this request; return how many it was told of. */
    public function note(): int
    {
        $_SESSION['drill'] = $this->drill;
        $_SESSION['seen'] = ltrim(($_SESSION['seen'] ?? '') . ",{$this->key}", ',');

        return $_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
    }

    /** @param array<string, mixed> $line */
    public function tell(array $line): void
    {
        echo json_encode($line, JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR), "\n";
        while (ob_get_level() > 0 && ob_end_flush()) {
            continue;
        }
        flush();
    }

    public function fail(): never
    {
        http_response_code(503);
        exit;
    }

    /** The address of the Redis that the session was written to; empty where nobody knows. */
    public function node(): string
    {
        return Connection::server();
    }
}
