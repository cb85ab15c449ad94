<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** What is heard from the machine that runs the drill, and what it is told. */
final class Channel
{
    public bool $isOpen = true;
    public float $heardAt;
    private string $unread = '';

    /**
     * @param resource $input
     * @param resource $output
     */
    public function __construct(public readonly mixed $input, private readonly mixed $output)
    {
        stream_set_blocking($input, false);
        $this->heardAt = self::now();
    }

    /** The clock of every time that is told: monotonic, the same for all processes of the node. */
    public static function now(): float
    {
        return hrtime(true) / 1e9;
    }

    /**
     * Answer the questions for the clock that have come.
     *
     * @return ?array<string, mixed> the orders, where they came
     */
    public function listen(): ?array
    {
        $read = fread($this->input, 65536);
        if ($read === false || ($read === '' && feof($this->input))) {
            $this->isOpen = false;

            return null;
        }
        $this->heardAt = self::now();
        $lines = explode("\n", $this->unread . $read);
        $this->unread = (string) array_pop($lines);
        $orders = null;
        foreach ($lines as $line) {
            [$word, $name] = [...explode(' ', $line, 2), ''];
            if ($word === 'clock') {
                $this->tell(['clock' => $name, 'at_s' => self::now()]);
            } elseif ($line !== '') {
                $orders = json_decode($line, true, flags: JSON_THROW_ON_ERROR);
            }
        }

        return $orders;
    }

    /** @param array<mixed> $row */
    public function tell(array $row): void
    {
        fwrite($this->output, json_encode($row, JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR) . "\n");
    }
}
