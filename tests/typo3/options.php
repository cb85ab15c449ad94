<?php

/**
 * Prints, as JSON, which options the classes of a real TYPO3 take, and of which kind they say so.
 *
 * usage: php options.php SITE
 */

declare(strict_types=1);

use TYPO3\CMS\Core\Cache\Backend\RedisBackend;
use TYPO3\CMS\Core\Session\Backend\RedisSessionBackend;

require $argv[1] . '/vendor/autoload.php';
error_reporting(E_ALL & ~E_DEPRECATED);

$cache = [];
foreach ((new \ReflectionClass(RedisBackend::class))->getMethods() as $method) {
    if (preg_match('/^set([A-Z]\w*)$/', $method->name, $found) && $method->getNumberOfParameters() === 1) {
        $type = $method->getParameters()[0]->getType();
        $cache[lcfirst($found[1])] = $type === null ? '' : (string)$type;
    }
}

/** @return list<string> the names that a class reads out of an array of its configuration */
$read = static function (string $class): array {
    $source = file_get_contents((new \ReflectionClass($class))->getFileName());
    preg_match_all('/configuration\[\'(\w+)\'\]/', $source, $found);
    return array_values(array_unique($found[1]));
};

echo json_encode([
    'cache' => $cache,
    'session' => $read(RedisSessionBackend::class),
    'locks' => $read(\B13\DistributedLocks\RedisLockingStrategy::class),
], JSON_THROW_ON_ERROR), "\n";
