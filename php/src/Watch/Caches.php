<?php

declare(strict_types=1);

namespace RedisHa\Watch;

use RedisHa\Connection;
use RedisHa\Unavailable;

/** The site's caches of pages: flushed by TYPO3's own command, which says "done" of a flush that never was. */
final class Caches
{
    private const COMMAND = ['vendor/bin/typo3', 'cache:flush', '--group', 'pages'];
    private const LONGEST = 30.0;
    private const KEPT_S = 60;

    public function __construct(private readonly Settings $settings)
    {
    }

    /**
     * Flush them once, and look whether that took: a key of ours lies among theirs, and has to go with them.
     *
     * @throws Unavailable it did not take; the message says why
     */
    public function flush(): void
    {
        $key = $this->settings->prefix . 'redis-ha:watch:' . bin2hex(random_bytes(8));
        $this->ask(['SET', $key, '1', 'EX', self::KEPT_S]);
        $said = Command::run([$this->settings->php, ...self::COMMAND], $this->settings->site, self::LONGEST);
        if ($this->ask(['EXISTS', $key]) !== 0) {
            $why = $said === '' ? 'it says nothing' : $said;
            throw new Unavailable("TYPO3 did not flush: {$why}");
        }
    }

    /**
     * Count what editors have changed since a moment (epoch, seconds); null where the site does not say.
     */
    public function edits(float $since): ?int
    {
        $program = dirname(__DIR__, 2) . '/bin/typo3-edits.php';
        $words = [$this->settings->php, $program, $this->settings->site, (string) (int) floor($since)];
        try {
            $said = json_decode(Command::run($words, $this->settings->site, self::LONGEST), true);
        } catch (Unavailable) {
            return null;
        }

        return is_int($said['edits'] ?? null) ? $said['edits'] : null;
    }

    /** @param list<int|string> $words */
    private function ask(array $words): mixed
    {
        $connection = new Connection($this->settings->pages());
        try {
            return $connection->run($words)[0];
        } finally {
            $connection->close();
        }
    }
}
