<?php

/*
 * Watches who is master of Redis, and has TYPO3 flush its caches of pages after a change.
 *
 * usage: php typo3-watch.php SETTINGS
 */

declare(strict_types=1);

use RedisHa\Unavailable;
use RedisHa\Watch\Settings;
use RedisHa\Watch\Watcher;

require __DIR__ . '/../autoload.php';

try {
    (new Watcher(Settings::read($argv[1] ?? '', Watcher::DEADLINE), STDOUT))->run();
} catch (Unavailable $failure) {
    fwrite(STDERR, "{$failure->getMessage()}\n");
    exit(1);
}
