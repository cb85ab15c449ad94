<?php

declare(strict_types=1);

namespace RedisHa\Typo3;

/** How far the set-up of a site has come, seen from its settings and its database alone. */
enum State: string
{
    /** Neither settings nor tables. */
    case None = 'none';
    /** It broke off: nobody can log in, and there are no pages. */
    case Half = 'half';
    case Done = 'done';
    /** There are pages, and no settings or no account: somebody else has to look. */
    case Strange = 'strange';

    /**
     * @param string $folder of the site
     * @param array<string, mixed> $connection the database that the site will have, where its settings name none
     */
    public static function of(string $folder, #[\SensitiveParameter] array $connection): self
    {
        $file = "$folder/config/system/settings.php";
        $settings = is_file($file) ? (array)require $file : null;
        $named = $settings['DB']['Connections']['Default'] ?? [];
        $isNamed = isset($named['dbname']) || isset($named['path']);
        $connection = $isNamed ? $named : ($connection ?: self::left($folder));
        $pages = self::count($connection, 'pages');
        if ($isNamed && self::count($connection, 'be_users') > 0) {
            return self::Done;
        }
        if ($pages > 0) {
            return self::Strange;
        }

        return $settings === null && $pages === null ? self::None : self::Half;
    }

    /** @return array<string, mixed> a database that TYPO3 made in the site's own folder; empty for none */
    private static function left(string $folder): array
    {
        $found = glob("$folder/var/sqlite/*.sqlite") ?: [];

        return $found === [] ? [] : ['driver' => 'pdo_sqlite', 'path' => $found[0]];
    }

    /**
     * @param array<string, mixed> $connection
     * @return ?int the rows of a table; null where there is none
     */
    private static function count(#[\SensitiveParameter] array $connection, string $table): ?int
    {
        if ($connection === []) {
            return null;
        }
        $database = Database::open($connection);
        try {
            return (int)$database->query("SELECT COUNT(*) FROM $table")->fetchColumn();
        } catch (\PDOException) {
            return null; // the database answers: it has no such table
        }
    }
}
