<?php

declare(strict_types=1);

use RedisHa\Page\Changes;

require __DIR__ . '/../../../php/autoload.php';

/* Notes what comes on standard input, [[MASTER, SEEN, SINCE], …], and prints what is kept then. */
$notes = json_decode((string) stream_get_contents(STDIN), true, flags: JSON_THROW_ON_ERROR);
foreach ($notes as [$master, $seen, $since]) {
    Changes::note($master, $seen, $since);
}
$last = end($notes)[0];
echo json_encode(['list' => Changes::all(), 'since' => Changes::since($last)], JSON_THROW_ON_ERROR);
