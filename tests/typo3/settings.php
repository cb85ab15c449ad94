<?php

/**
 * Takes a fragment of settings into a real TYPO3 and has its own classes work with them.
 *
 * usage: php settings.php SITE FRAGMENT; prints JSON
 */

declare(strict_types=1);

use TYPO3\CMS\Core\Cache\CacheManager;
use TYPO3\CMS\Core\Core\SystemEnvironmentBuilder;
use TYPO3\CMS\Core\Information\Typo3Version;
use TYPO3\CMS\Core\Session\SessionManager;

[, $site, $fragment] = $argv;
error_reporting(E_ALL & ~E_DEPRECATED);
putenv('TYPO3_PATH_ROOT=' . $site . '/public');
putenv('TYPO3_PATH_APP=' . $site);
require $site . '/vendor/autoload.php';
SystemEnvironmentBuilder::run(0, SystemEnvironmentBuilder::REQUESTTYPE_CLI);

$core = $site . '/vendor/typo3/cms-core';
$GLOBALS['TYPO3_CONF_VARS'] = require $core . '/Configuration/DefaultConfiguration.php';
$GLOBALS['TYPO3_CONF_VARS']['SYS']['encryptionKey'] = str_repeat('0', 96);
$before = $GLOBALS['TYPO3_CONF_VARS'];
require $fragment;
$configurations = $GLOBALS['TYPO3_CONF_VARS']['SYS']['caching']['cacheConfigurations'];

$said = ['version' => (new Typo3Version())->getBranch(), 'moved' => [], 'sessions' => [], 'defaults' => []];
$manager = new CacheManager(false);
$manager->setCacheConfigurations($configurations);
foreach ($configurations as $name => $configuration) {
    $was = $before['SYS']['caching']['cacheConfigurations'][$name];
    $said['defaults'][$name] = $was['options']['defaultLifetime'] ?? null;
    if (!str_contains($configuration['backend'], 'Redis')) {
        continue;
    }
    $cache = $manager->getCache($name);
    $cache->set('entry', ['of' => $name], ['tag']);
    $found = $cache->get('entry');
    $said['moved'][$name] = [
        'backend' => get_class($cache->getBackend()),
        'database' => $configuration['options']['database'],
        'kept' => $found,
    ];
}
foreach (['BE', 'FE'] as $kind) {
    $session = (new SessionManager())->getSessionBackend($kind);
    $session->set('id', ['ses_data' => $kind, 'ses_userid' => 1]);
    $said['sessions'][$kind] = ['backend' => get_class($session), 'kept' => $session->get('id')['ses_data']];
}
if (isset($GLOBALS['TYPO3_CONF_VARS']['SYS']['locking']['redis'])) {
    $lock = new \B13\DistributedLocks\RedisLockingStrategy('subject');
    $said['lock'] = $lock->acquire();
    $lock->release();
}
echo json_encode($said, JSON_THROW_ON_ERROR), "\n";
