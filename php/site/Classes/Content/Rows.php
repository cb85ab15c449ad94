<?php

declare(strict_types=1);

namespace RedisHa\Site\Content;

use TYPO3\CMS\Core\Database\Connection;
use TYPO3\CMS\Core\Database\ConnectionPool;

/** Rows of the database that have a number of their own. */
final class Rows
{
    /** Whether nothing is written, and what would be is counted. */
    public bool $isCheck = false;

    public function __construct(private readonly ConnectionPool $pool)
    {
    }

    /**
     * Make a row unless one of its number is there, be it deleted; say how many that were.
     *
     * @param array<string, mixed> $row
     */
    public function make(string $table, int $uid, array $row): int
    {
        if ($this->column($table, 'uid', ['uid' => $uid]) !== false) {
            return 0;
        }
        $now = time();

        return $this->insert($table, ['uid' => $uid, 'tstamp' => $now, 'crdate' => $now] + $row);
    }

    /** @param array<string, mixed> $row */
    public function insert(string $table, array $row): int
    {
        return $this->isCheck ? 1 : (int)$this->of($table)->insert($table, $row);
    }

    /**
     * @param array<string, mixed> $row
     * @param array<string, mixed> $which
     */
    public function update(string $table, array $row, array $which): int
    {
        return $this->isCheck ? 1 : (int)$this->of($table)->update($table, $row, $which);
    }

    /** @param array<string, mixed> $which */
    public function column(string $table, string $name, array $which): mixed
    {
        return $this->of($table)->select([$name], $table, $which)->fetchOne();
    }

    private function of(string $table): Connection
    {
        return $this->pool->getConnectionForTable($table);
    }
}
