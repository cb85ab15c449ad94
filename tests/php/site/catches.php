<?php

/** A page that wants to say itself what happened to its session. */

declare(strict_types=1);

RedisHa\Session\Handler::install(throws: true);
try {
    session_start();
} catch (RedisHa\Unavailable $unavailable) {
    echo $unavailable->getMessage();
}
