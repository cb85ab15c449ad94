<?php

/*
 * The visitors and the holders of locks of a drill, on the web node: orders as one line of JSON on
 * standard input, a row for each operation on standard output. It ends with the end of its input.
 */

declare(strict_types=1);

use RedisHa\Load\Channel;
use RedisHa\Load\Load;

require __DIR__ . '/../autoload.php';

exit((new Load(new Channel(STDIN, STDOUT)))->run());
