<?php

/*
 * How many records of a TYPO3 site were changed since a moment, as JSON.
 *
 * usage: php typo3-edits.php FOLDER SECONDS_OF_EPOCH
 */

declare(strict_types=1);

use RedisHa\Typo3\Database;
use RedisHa\Typo3\Site;

require __DIR__ . '/../autoload.php';

$asked = Database::open(Site::in($argv[1] ?? '.')->database())
    ->prepare('SELECT COUNT(*) FROM sys_history WHERE tstamp >= ?');
$asked->execute([(int)($argv[2] ?? 0)]);
echo json_encode(['edits' => (int)$asked->fetchColumn()], JSON_THROW_ON_ERROR), "\n";
