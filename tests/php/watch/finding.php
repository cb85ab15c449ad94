<?php

/*
 * What the watcher makes of two answers to `INFO replication`: cases as JSON on standard input, each with the
 * stream of the old master, what the new one says and what the old one does (null for nothing).
 */

declare(strict_types=1);

use RedisHa\Watch\Finding;
use RedisHa\Watch\Position;

require dirname(__DIR__, 3) . '/php/autoload.php';

$said = [];
foreach (json_decode(stream_get_contents(STDIN), true) as [$id, $new, $old]) {
    $finding = Finding::of($id, Position::read($new), $old === null ? null : Position::read($old));
    $said[] = [$finding->isFinal, $finding->isWhole, $finding->why];
}
echo json_encode($said);
