<?php

/** Print how far the set-up of a site has come: none, half, done, strange. usage: typo3-state.php FOLDER [SOCKET DATABASE USER] */

declare(strict_types=1);

use RedisHa\Typo3\State;

require __DIR__ . '/../autoload.php';

[, $folder, $socket, $database, $user] = $argv + array_fill(0, 5, '');
$connection = $database === '' ? [] : ['unix_socket' => $socket, 'dbname' => $database, 'user' => $user];
echo State::of($folder, $connection)->value, "\n";
