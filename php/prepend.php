<?php

/**
 * For `auto_prepend_file` of a pool: session_start() keeps sessions in Redis, without a change to the
 * application. An application that sets a handler of its own, later, has that one.
 */

declare(strict_types=1);

require_once __DIR__ . '/autoload.php';

RedisHa\Session\Handler::install();
