<?php

/*
 * Writes with phpredis during a drill, on the web node: orders as one line of JSON on standard input,
 * a row for each write on standard output. It ends with the end of its input. `--about` prints what it is.
 */

declare(strict_types=1);

use RedisHa\Load\Channel;
use RedisHa\Load\Writer;

require __DIR__ . '/../autoload.php';

if (!extension_loaded('redis')) {
    fwrite(STDERR, 'PHP ' . PHP_VERSION . " has no phpredis (Debian: `apt-get install php-redis`)\n");
    exit(1);
}
$channel = new Channel(STDIN, STDOUT);
if (in_array('--about', $argv, true)) {
    $channel->tell(Writer::about());
    exit(0);
}
exit((new Writer($channel))->run());
