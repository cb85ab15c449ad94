<?php

/*
 * Redis for TYPO3 13.4: pages; sessions of backend and frontend.
 *
 * Keep it as config/system/redis.php. It is taken in at the end of config/system/additional.php:
 *
 *     if (is_file(__DIR__ . '/redis.php')) {
 *         require __DIR__ . '/redis.php';
 *     }
 *
 * /etc/redis-ha/typo3/redis-password holds the password and nothing else: 0640, group of the web server's PHP.
 * In php.ini, default_socket_timeout = 2: a server that hangs holds each request for as long.
 * Every database is of one purpose: a flush of a cache empties its whole database.
 */

(static function (): void {
    if (getenv('TYPO3_WITHOUT_REDIS')) {
        return; // a command line while Redis is taken out: it sees the site as it will be
    }
    $file = '/etc/redis-ha/typo3/redis-password';
    $password = is_readable($file) ? trim((string)file_get_contents($file)) : '';
    if ($password === '') {
        throw new \RuntimeException('No password of Redis can be read in ' . $file, 1795651201);
    }
    $server = [
        'hostname' => '10.213.7.11',
        'port' => 6379,
        'password' => $password,
    ];

    $configurations = &$GLOBALS['TYPO3_CONF_VARS']['SYS']['caching']['cacheConfigurations'];
    $caches = [
        'pages' => ['database' => 5, 'compression' => true],
    ];
    foreach ($caches as $name => $own) {
        $configurations[$name]['backend'] = \TYPO3\CMS\Core\Cache\Backend\RedisBackend::class;
        $configurations[$name]['options'] = $own + ['connectionTimeout' => 1] + $server;
    }

    foreach (['BE', 'FE'] as $kind) {
        $session = &$GLOBALS['TYPO3_CONF_VARS']['SYS']['session'][$kind];
        $session['backend'] = \TYPO3\CMS\Core\Session\Backend\RedisSessionBackend::class;
        $session['options'] = ['database' => 2] + $server;
        unset($session);
    }
})();
