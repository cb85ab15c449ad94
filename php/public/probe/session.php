<?php

/*
 * A page for drills, for the node itself alone: one more request of a visitor's session, which
 * remembers every request that it was told of.
 */

declare(strict_types=1);

use RedisHa\Load\Probe;

require_once __DIR__ . '/../../autoload.php';

$probe = Probe::begun();
$isNew = !isset($_SESSION['drill']);
$count = $probe->note();
session_write_close() || $probe->fail();
$probe->tell(['new' => $isNew, 'count' => $count, 'written' => true, 'node' => $probe->node()]);
