<?php

declare(strict_types=1);

namespace RedisHa\Watch;

use RedisHa\Unavailable;

/** A program of this machine, run to its end. */
final class Command
{
    private const TICK_US = 20_000;
    private const LINES = 2;
    private const LETTERS = 300;

    /**
     * Return the beginning of what it says: a program of Symfony's tells its usage after an error.
     *
     * @param non-empty-list<string> $words
     * @param float $longest seconds after which it is ended
     * @throws Unavailable it cannot be started, takes too long, or ends with a status other than 0
     */
    public static function run(array $words, string $folder, float $longest): string
    {
        $said = tmpfile();
        $none = ['file', '/dev/null', 'r'];
        $process = $said === false ? false : @proc_open($words, [$none, $said, $said], $pipes, $folder);
        if ($process === false) {
            throw new Unavailable("{$words[0]} cannot be started in {$folder}");
        }
        $end = microtime(true) + $longest;
        while (($status = proc_get_status($process))['running'] && microtime(true) < $end) {
            usleep(self::TICK_US);
        }
        if ($status['running']) {
            proc_terminate($process, SIGKILL);
        }
        proc_close($process);
        $told = self::beginning($said);
        if ($status['running'] || $status['exitcode'] !== 0) {
            $how = $status['running'] ? "not done after {$longest} s" : "status {$status['exitcode']}";
            throw new Unavailable(implode(' ', array_slice($words, 1, 2)) . ": {$how}: {$told}");
        }

        return $told;
    }

    /** @param resource $said */
    private static function beginning(mixed $said): string
    {
        rewind($said);
        $lines = preg_split('/\s*\R\s*/', trim((string) stream_get_contents($said))) ?: [];

        return substr(implode(' ', array_slice($lines, 0, self::LINES)), 0, self::LETTERS);
    }
}
