<?php

declare(strict_types=1);

namespace RedisHa\Watch;

use RedisHa\Connection;
use RedisHa\Unavailable;

/**
 * Has TYPO3 flush its caches of pages once after each change of master.
 *
 * A flush that a master acknowledged and nobody else has leaves a page old for as long as it may be
 * cached. So does one that was refused while the master changed, after the text had been saved.
 */
final class Watcher
{
    public const DEADLINE = 0.5;
    private const EVERY = 0.2;
    /** How long the old master may take to say where it ended. */
    private const PATIENCE = 1.5;
    /** From a change on, until no request has a connection to the old master any more. */
    private const SETTLES = 1.0;
    private const FIRST_AGAIN = 0.5;
    /** A site that cannot be flushed, as one that is not led to the master, is not to keep a core busy. */
    private const LAST_AGAIN = 30.0;
    /** How long before a change an edit may have begun whose flush met it. */
    private const LONGEST_EDIT = 30.0;
    private readonly Caches $caches;
    private readonly Connection $master;
    private ?Mark $mark;
    private float $again = self::FIRST_AGAIN;
    private float $lastSeen;

    /** @param resource $log */
    public function __construct(private readonly Settings $settings, private readonly mixed $log)
    {
        $this->caches = new Caches($settings);
        $this->master = new Connection($settings->master);
        $this->mark = Mark::kept($settings->mark);
        $this->lastSeen = is_file($settings->mark) ? (float) filemtime($settings->mark) : microtime(true);
    }

    public function run(): never
    {
        while (true) {
            $this->look();
            usleep((int) (1e6 * self::EVERY));
        }
    }

    /** Ask who is master, and do what a change of it takes. */
    private function look(): void
    {
        [$address, $seen] = $this->ask();
        if ($seen === null) {
            return;
        }
        $now = new Mark($address, $seen->id);
        if ($this->mark === null) {
            $this->tell("{$this->settings->name($address)} is master, the first that is seen");
            $this->note($now);
        } elseif ($this->mark->id !== $seen->id && $this->isSettled($this->mark, $seen, $address)) {
            $this->note($now);
        }
        if ($this->mark->id === $seen->id) {
            $this->lastSeen = microtime(true);
        }
    }

    /** @return array{string, ?Position} the master's address, and where it is in the stream of writes */
    private function ask(): array
    {
        try {
            [$info, $client] = $this->master->run(['INFO', 'replication'], ['CLIENT', 'INFO']);
        } catch (Unavailable) {
            return ['', null];
        }
        $seen = Position::read((string) $info);
        if ($seen === null || !$seen->isMaster || !preg_match('/ laddr=(\S+)/', (string) $client, $found)) {
            $this->master->close();

            return ['', null];
        }

        return [$found[1], $seen];
    }

    /** Flush after a change of master, or find that it takes none; say whether that is done. */
    private function isSettled(Mark $old, Position $new, string $address): bool
    {
        $noticed = microtime(true);
        [$from, $to] = [$this->settings->name($old->address), $this->settings->name($address)];
        $change = $from === $to ? "{$to} is master again, with another stream" : "{$to} is master after {$from}";
        $finding = $this->found($old, $new, $noticed);
        $why = $finding->isWhole ? $this->refused($finding) : $finding->why;
        if ($why === null) {
            $this->tell("{$change}: nothing is lost ({$finding->why}), no edit met it: the caches of pages stay");

            return true;
        }
        $this->pause($noticed + self::SETTLES - microtime(true));
        $begun = microtime(true);
        try {
            $this->caches->flush();
        } catch (Unavailable $failure) {
            $told = "{$failure->getMessage()}; again in {$this->again} s";
            $this->tell("{$change}: {$why}: the caches of pages are to be flushed: {$told}");
            $this->pause($this->again);
            $this->again = min(2 * $this->again, self::LAST_AGAIN);

            return false;
        }
        $this->again = self::FIRST_AGAIN;
        $took = sprintf('%.1f', microtime(true) - $begun);
        $after = sprintf('%.1f', microtime(true) - $noticed);
        $this->tell("{$change}: {$why}: the caches of pages are flushed, {$after} s after it was seen ({$took} s of TYPO3’s)");

        return true;
    }

    /** Ask the old master for its end until it is known, or patience is. */
    private function found(Mark $old, Position $new, float $noticed): Finding
    {
        while (true) {
            $finding = Finding::of($old->id, $new, $this->former($old->address));
            if ($finding->isFinal || microtime(true) - $noticed > self::PATIENCE) {
                return $finding;
            }
            $this->pause(self::EVERY);
        }
    }

    private function former(string $address): ?Position
    {
        $connection = new Connection($this->settings->node($address));
        try {
            return Position::read((string) $connection->run(['INFO', 'replication'])[0]);
        } catch (Unavailable) {
            return null;
        } finally {
            $connection->close();
        }
    }

    /** Say why a change that lost nothing may still have cost a flush: an edit was under way; null for none. */
    private function refused(Finding $finding): ?string
    {
        $edits = $this->caches->edits($this->lastSeen - self::LONGEST_EDIT);
        if ($edits === 0) {
            return null;
        }

        return $edits === null
            ? 'the site does not say whether it was edited meanwhile'
            : "{$edits} edits may have met it, whose own flushes were refused";
    }

    private function note(Mark $now): void
    {
        $this->mark = $now;
        $now->keep($this->settings->mark);
    }

    private function pause(float $seconds): void
    {
        usleep((int) (1e6 * max(0.0, $seconds)));
    }

    private function tell(string $line): void
    {
        fwrite($this->log, "{$line}\n");
    }
}
