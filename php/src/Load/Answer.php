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
     * @param string $head the status line and all headers
     */
    private function __construct(
        public readonly float $askedAt,
        public readonly float $endedAt,
        public readonly string $status,
        public readonly ?string $cookie = null,
        public readonly array $said = [],
        public readonly string $head = '',
        public readonly string $body = '',
    ) {
    }

    /** Read what came until the connection was closed. */
    public static function read(float $askedAt, string $text): self
    {
        [$head, $body] = [...explode("\r\n\r\n", $text, 2), '', ''];
        $status = preg_match('~^HTTP/1\.\d (\d{3})~', $head, $found) ? $found[1] : 'no answer';
        $cookie = preg_match('~^Set-Cookie: (PHPSESSID=[^;\r\n]+)~mi', $head, $found) ? $found[1] : null;
        $said = [];
        foreach (str_contains($head, 'application/x-ndjson') ? explode("\n", $body) : [] as $line) {
            $said = array_merge($said, (array) json_decode($line, true));
        }

        return new self($askedAt, Channel::now(), $status, $cookie, $said, $head, $body);
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

    /** Return a header of the answer; empty for none. */
    public function header(string $name): string
    {
        return preg_match("/^{$name}: *(.*?)\\r?$/mi", $this->head, $found) ? $found[1] : '';
    }

    /** Say whether a page of a site came, and has something that it has to have. */
    public function shows(string $text): bool
    {
        return $this->status === '200' && str_contains($this->body, $text);
    }

    /** What the operation's row has for an error. */
    public function error(): string
    {
        return $this->status === '200' ? 'cut off' : $this->status;
    }
}
