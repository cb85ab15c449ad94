<?php

declare(strict_types=1);

namespace RedisHa\Typo3;

/** A site's database, by what its settings say of it. */
final class Database
{
    private const DRIVERS = ['mysqli' => 'mysql', 'pdo_mysql' => 'mysql', 'pdo_pgsql' => 'pgsql', 'pdo_sqlite' => 'sqlite'];
    private const PATIENCE_S = 2;

    /**
     * @param array<string, mixed> $connection of the site's settings
     * @throws \PDOException where it does not answer
     */
    public static function open(#[\SensitiveParameter] array $connection): \PDO
    {
        return new \PDO(
            self::name($connection),
            (string)($connection['user'] ?? ''),
            (string)($connection['password'] ?? ''),
            [\PDO::ATTR_TIMEOUT => self::PATIENCE_S, \PDO::ATTR_ERRMODE => \PDO::ERRMODE_EXCEPTION],
        );
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
