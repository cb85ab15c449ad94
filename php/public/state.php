<?php

declare(strict_types=1);

use RedisHa\Page\Answer;
use RedisHa\Page\Settings;
use RedisHa\Unavailable;

require_once __DIR__ . '/../autoload.php';

$settings = null;
try {
    $settings = Settings::read(Answer::MASTER_DEADLINE);
} catch (Unavailable $unavailable) {
    error_log("redis-ha: {$unavailable->getMessage()}");
}
($settings === null ? Answer::withoutSettings() : Answer::make($settings))->send();
