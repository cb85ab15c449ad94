<?php

declare(strict_types=1);

namespace RedisHa\Watch;

use RedisHa\Page\Settings as Page;
use RedisHa\Session\Settings as Access;
use RedisHa\Unavailable;

/** What the watcher knows: the way to the master and to each node, and the site whose caches it flushes. */
final class Settings
{
    private const NEEDED = ['site', 'php', 'database', 'mark'];

    /**
     * @param Access $master the way through the proxy
     * @param array<string, string> $nodes names of nodes by ADDRESS:PORT
     * @param string $site the folder of TYPO3
     * @param string $php the program that runs it on the command line
     * @param int $database of the cache of pages
     * @param string $prefix of its keys
     * @param string $mark the file that remembers the last master
     */
    private function __construct(
        public readonly Access $master,
        public readonly array $nodes,
        public readonly string $site,
        public readonly string $php,
        public readonly int $database,
        public readonly string $prefix,
        public readonly string $mark,
    ) {
    }

    /**
     * Read the watcher's own file, and those of the role `web` that say where Redis is.
     *
     * @param float $deadline how long an answer is waited for
     * @throws Unavailable one of them cannot be read
     */
    public static function read(string $path, float $deadline): self
    {
        $told = json_decode(is_readable($path) ? (string) file_get_contents($path) : '', true);
        if (!is_array($told) || array_diff(self::NEEDED, array_keys($told)) !== []) {
            throw new Unavailable("the settings of the watcher cannot be read: {$path}");
        }
        $page = Page::read($deadline);

        return new self(
            $page->access,
            $page->nodes,
            (string) $told['site'],
            (string) $told['php'],
            (int) $told['database'],
            (string) ($told['prefix'] ?? ''),
            (string) $told['mark'],
        );
    }

    /** Return the way to the database of the cache of pages, on the master. */
    public function pages(): Access
    {
        return $this->master->in($this->database);
    }

    /** Return the way to a node, past the proxy. */
    public function node(string $address): Access
    {
        $colon = (int) strrpos($address, ':');

        return $this->master->at(substr($address, 0, $colon), (int) substr($address, $colon + 1));
    }

    public function name(string $address): string
    {
        return $this->nodes[$address] ?? $address;
    }
}
