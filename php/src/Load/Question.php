<?php

declare(strict_types=1);

namespace RedisHa\Load;

use SensitiveParameter;

/** A request for a page as a browser makes it. */
final class Question
{
    /**
     * @param string $path with its query
     * @param ?string $cookie the whole header
     * @param ?array<string, string> $form what is sent; null for a page that is only asked for
     * @param ?string $from the page that this one comes from
     */
    public function __construct(
        public readonly string $path,
        public readonly ?string $cookie = null,
        #[SensitiveParameter] private readonly ?array $form = null,
        private readonly ?string $from = null,
    ) {
    }

    /** Return it as it is sent to a host. */
    public function text(string $host): string
    {
        $body = $this->form === null ? '' : http_build_query($this->form);
        $lines = [
            ($this->form === null ? 'GET' : 'POST') . " {$this->path} HTTP/1.0",
            "Host: {$host}",
            ...($this->cookie === null ? [] : ["Cookie: {$this->cookie}"]),
            ...($this->from === null ? [] : ["Referer: http://{$host}{$this->from}", "Origin: http://{$host}"]),
            ...($this->form === null ? [] : [
                'Content-Type: application/x-www-form-urlencoded',
                'Content-Length: ' . strlen($body),
            ]),
            'Connection: close',
        ];

        return implode("\r\n", $lines) . "\r\n\r\n{$body}";
    }
}
