<?php

/** The same counter by the handler of php-redis itself, with its locks. */

declare(strict_types=1);

$kept = json_decode((string) file_get_contents((string) getenv('REDIS_HA_SESSIONS')), true);
$told = http_build_query([
    'auth' => $kept['password'],
    'database' => $kept['database'],
    'timeout' => $kept['connect_timeout_s'],
    'read_timeout' => $kept['read_timeout_s'],
    'prefix' => 'builtin:',
], '', '&', PHP_QUERY_RFC3986);
ini_set('redis.session.locking_enabled', '1');
ini_set('redis.session.lock_wait_time', '20000');
ini_set('redis.session.lock_retries', '100');
ini_set('redis.session.lock_expire', '30');
session_module_name('redis');
session_save_path("tcp://{$kept['address']}:{$kept['port']}?{$told}");
session_start();
$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
echo json_encode($_SESSION);
