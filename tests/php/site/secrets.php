<?php

/** All the ways in which PHP shows what it has. */

declare(strict_types=1);

session_start();
$settings = RedisHa\Session\Settings::current();
$connection = new RedisHa\Connection($settings);
$connection->run(['PING']);
phpinfo();
var_dump($settings, $connection);
var_export([$settings, $settings->password]);
print_r((array) $settings->password);
echo json_encode([$settings, $settings->password]);
try {
    serialize($settings);
} catch (Throwable $refused) {
    echo $refused;
}
