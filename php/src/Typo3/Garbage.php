<?php

declare(strict_types=1);

namespace RedisHa\Typo3;

/** The scheduler's task that collects the garbage of caches, looked for in the site's database. */
final class Garbage
{
    private const TASK = 'CachingFrameworkGarbageCollectionTask';
    private const BACKEND = 'RedisBackend';
    private const DRIVERS = ['mysqli' => 'mysql', 'pdo_mysql' => 'mysql', 'pdo_pgsql' => 'pgsql', 'pdo_sqlite' => 'sqlite'];

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
        $database = new \PDO(
            self::name($connection),
            (string)($connection['user'] ?? ''),
            (string)($connection['password'] ?? ''),
            [\PDO::ATTR_TIMEOUT => 2, \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION],
        );
        $found = $database->query('SELECT * FROM tx_scheduler_task WHERE disable = 0 AND deleted = 0');
        return $found->fetchAll(\PDO::FETCH_ASSOC);
    }

    /** @param array<string, mixed> $connection */
    private static function name(#[\SensitiveParameter] array $connection): string
    {
        $driver = self::DRIVERS[$connection['driver'] ?? ''] ?? 'mysql';
        if ($driver === 'sqlite') {
            return 'sqlite:' . $connection['path'];
        }
        $parts = [
            'host' => $connection['host'] ?? null,
            'port' => $connection['port'] ?? null,
            'dbname' => $connection['dbname'] ?? null,
            'unix_socket' => $driver === 'mysql' ? $connection['unix_socket'] ?? null : null,
        ];
        $given = array_filter($parts, static fn(mixed $each): bool => $each !== null && $each !== '');
        $words = array_map(static fn(string $key, mixed $value): string => "$key=$value", array_keys($given), $given);
        return "$driver:" . implode(';', $words);
    }
}
