<?php

/*
 * The text of each text record of a TYPO3 site, by its uid, as JSON.
 *
 * usage: php typo3-texts.php FOLDER
 */

declare(strict_types=1);

use RedisHa\Typo3\Database;
use RedisHa\Typo3\Site;

require __DIR__ . '/../autoload.php';

$found = Database::open(Site::in($argv[1] ?? '.')->database())
    ->query("SELECT uid, bodytext FROM tt_content WHERE CType = 'text' AND deleted = 0");
$texts = (object)$found->fetchAll(PDO::FETCH_KEY_PAIR);
echo json_encode($texts, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE), "\n";
