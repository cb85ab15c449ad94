<?php

declare(strict_types=1);

use RedisHa\Page\Answer;
use RedisHa\Page\Settings;

require_once __DIR__ . '/../autoload.php';

try {
    $answer = Answer::make(Settings::read());
} catch (UnexpectedValueException $error) {
    error_log($error->getMessage());
    $answer = Answer::withoutSettings();
}
$answer->send();
