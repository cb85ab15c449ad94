<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** The cookies of one visitor. */
final class Jar
{
    /** @var array<string, string> */
    private array $cookies = [];

    /** Take what an answer sets, and drop what it takes away. */
    public function take(Answer $answer): void
    {
        preg_match_all('/^Set-Cookie: ([^=;\s]+)=([^;\r\n]*)(.*)$/mi', $answer->head, $found, PREG_SET_ORDER);
        foreach ($found as [, $name, $value, $rest]) {
            if ($value === '' || $value === 'deleted' || preg_match('/;\s*Max-Age=0\b/i', $rest)) {
                unset($this->cookies[$name]);
            } else {
                $this->cookies[$name] = $value;
            }
        }
    }

    public function has(string $name): bool
    {
        return isset($this->cookies[$name]);
    }

    /** Return the header; null without any. */
    public function header(): ?string
    {
        $pairs = array_map(
            fn (string $name): string => "{$name}={$this->cookies[$name]}",
            array_keys($this->cookies),
        );

        return $pairs === [] ? null : implode('; ', $pairs);
    }
}
