<?php

declare(strict_types=1);

namespace RedisHa\Page;

/** What the page is told a few times a second. */
final class Answer
{
    public const MASTER_DEADLINE = 1.2;
    private const STATUS_DEADLINE = 0.3;
    private const UNKNOWN = 'Nothing answers through the proxy, and its status page says no reason.';

    private function __construct(public readonly int $status, private readonly array $body)
    {
    }

    /**
     * Find out who is master, and count this visitor.
     *
     * While there is no master nothing here waits for one: a session is begun only after a master
     * has answered, so that a page which asks again and again takes up no more than one worker.
     */
    public static function make(Settings $settings): self
    {
        $proxy = ProxyStatus::ask($settings->status, self::STATUS_DEADLINE);
        $now = microtime(true);
        $isHopeless = $proxy !== null && $proxy->master === null;
        $master = $isHopeless ? null : Master::ask($settings);
        if ($master === null) {
            return self::poor($settings, $proxy, null, $proxy?->reason() ?? self::UNKNOWN);
        }
        $visitor = Visitor::count();
        if ($visitor === null) {
            return self::poor($settings, $proxy, $master, "{$master->name} did not confirm this visitor’s session.");
        }

        return self::good($settings, $proxy, $master, $visitor, $now);
    }

    public function send(): void
    {
        http_response_code($this->status);
        header('Content-Type: application/json');
        header('Cache-Control: no-store');
        header('X-Content-Type-Options: nosniff');
        echo json_encode($this->body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE);
    }

    /** Answer where the page has no settings; why that is stands in PHP's log alone. */
    public static function withoutSettings(): self
    {
        return new self(500, ['reason' => 'PHP cannot read what this page has to know (its log says why).']);
    }

    private static function poor(Settings $settings, ?ProxyStatus $proxy, ?Master $master, string $reason): self
    {
        header('Retry-After: 1');

        return new self(503, [
            'now' => microtime(true),
            'web' => $settings->web,
            'master' => $master === null ? null : ['name' => $master->name, 'address' => $master->address],
            'reason' => $reason,
            'sentinels' => $proxy?->sentinels(),
            'changes' => Changes::all(),
        ]);
    }

    private static function good(
        Settings $settings,
        ?ProxyStatus $proxy,
        Master $master,
        Visitor $visitor,
        float $now,
    ): self {
        $isNamed = $proxy?->master === $master->name;
        $since = $isNamed ? round($now - $proxy->forSeconds, 3) : null;
        Changes::note($master->name, $now, $since);
        $since = Changes::since($master->name) ?? $since;

        return new self(200, [
            'now' => microtime(true),
            'web' => $settings->web,
            'master' => ['name' => $master->name, 'address' => $master->address, 'since' => $since],
            'visitor' => ['count' => $visitor->count, 'since' => $visitor->since],
            'sentinels' => $proxy?->sentinels(),
            'changes' => Changes::all(),
        ]);
    }
}
