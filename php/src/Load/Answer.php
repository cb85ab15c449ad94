<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** What came of a request for a page. */
final class Answer
{
    /**
     * @param string $status of HTTP, or what came in its place
     * @param ?string $cookie the session's, where the page set it
     * @param array<string, mixed> $said what the page told, in the order in which it did
     */
    private function __construct(
        public readonly float $askedAt,
        public readonly float $endedAt,
        public readonly string $status,
        public readonly ?string $cookie = null,
        public readonly array $said = [],
    ) {
    }

    /** Read what came until the connection was closed. */
    public static function read(float $askedAt, string $text): self
    {
        [$head, $body] = [...explode("\r\n\r\n", $text, 2), '', ''];
        $status = preg_match('~^HTTP/1\.\d (\d{3})~', $head, $found) ? $found[1] : 'no answer';
        $cookie = preg_match('~^Set-Cookie: (PHPSESSID=[^;\r\n]+)~mi', $head, $found) ? $found[1] : null;
        $said = [];
        foreach (explode("\n", $body) as $line) {
            $said = array_merge($said, (array) json_decode($line, true));
        }

        return new self($askedAt, Channel::now(), $status, $cookie, $said);
    }

    public static function none(float $askedAt, string $why): self
    {
        return new self($askedAt, Channel::now(), $why);
    }

    /** Say whether the page told that what it wrote is written. */
    public function isGood(): bool
    {
        return $this->status === '200' && ($this->said['written'] ?? false) === true;
    }

    /** What the operation's row has for an error. */
    public function error(): string
    {
        return $this->status === '200' ? 'cut off' : $this->status;
    }
}
