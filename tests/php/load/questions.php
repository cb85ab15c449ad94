<?php

/*
 * What the next question of a visitor is, after some answers (heads of HTTP, on standard input as JSON).
 */

declare(strict_types=1);

use RedisHa\Load\Answer;
use RedisHa\Load\Jar;
use RedisHa\Load\Question;

require dirname(__DIR__, 3) . '/php/autoload.php';

$jar = new Jar();
foreach (json_decode(stream_get_contents(STDIN), true) as $head) {
    $jar->take(Answer::read(0.0, "{$head}\r\n\r\n"));
}
echo (new Question('/a?b=c', $jar->header(), ['text' => 'ä & b', 'field[1]' => '1'], '/typo3/'))->text('localhost');
