<?php

declare(strict_types=1);

namespace RedisHa\Typo3;

/** The scheduler's task that collects the garbage of caches, looked for in the site's database. */
final class Garbage
{
    private const TASK = 'CachingFrameworkGarbageCollectionTask';
    private const BACKEND = 'RedisBackend';

    /**
     * @param array<string, mixed> $connection of the site's settings
     * @return array<string, mixed>
     */
    public static function of(#[\SensitiveParameter] array $connection): array
    {
        try {
            $tasks = self::tasks($connection);
        } catch (\Throwable) {
            return ['trouble' => "the site's database does not answer"];
        }
        $mine = array_filter($tasks, static function (array $row): bool {
            $whole = implode("\n", array_map('strval', $row));
            return str_contains($whole, self::TASK) && str_contains($whole, self::BACKEND);
        });
        $runs = array_map(static fn(array $row): int => (int)($row['lastexecution_time'] ?? 0), array_values($mine));
        return ['tasks' => count($mine), 'ran' => $runs === [] ? 0 : max($runs), 'now' => time()];
    }

    /**
     * @param array<string, mixed> $connection
     * @return list<array<string, mixed>>
     */
    private static function tasks(#[\SensitiveParameter] array $connection): array
    {
        $found = Database::open($connection)->query('SELECT * FROM tx_scheduler_task WHERE disable = 0 AND deleted = 0');
        return $found->fetchAll(\PDO::FETCH_ASSOC);
    }
}
