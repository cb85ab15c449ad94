<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** A visitor who asks for one page after the other, and remembers what the last one showed. */
final class Visitor implements Client
{
    private ?string $cookie = null;
    private int $number = 0;
    private int $count = 0;

    public function __construct(private readonly string $prefix, private readonly string $name)
    {
    }

    public function isReady(): bool
    {
        return true;
    }

    public function question(): Question
    {
        $this->number++;

        $asked = http_build_query(['drill' => $this->prefix, 'key' => $this->key()]);

        return new Question("/ha/probe/session.php?{$asked}", $this->cookie);
    }

    public function answered(Answer $answer): array
    {
        $error = $answer->isGood() ? $this->wrong($answer) : $answer->error();
        $this->cookie = $answer->cookie ?? $this->cookie;

        return [Row::of($this->name, "{$this->prefix}:{$this->key()}", $answer, $error)];
    }

    private function key(): string
    {
        return "{$this->name}:{$this->number}";
    }

    /** Say what is wrong with a page that was served: whose session it shows, and how old that is. */
    private function wrong(Answer $answer): string
    {
        [$before, $this->count] = [$this->count, (int) $answer->said['count']];
        $isAnother = $answer->cookie !== null && $answer->cookie !== $this->cookie;
        if ($before > 0 && ($isAnother || $answer->said['new'])) {
            return 'logged out';
        }

        return $this->count <= $before ? 'counter went back' : '';
    }
}
