<?php

/*
 * A page for drills, for the node itself alone: has a session's lock for a while, and tells from
 * when to when, also where its session cannot be written in the end.
 */

declare(strict_types=1);

use RedisHa\Load\Probe;

require_once __DIR__ . '/../../autoload.php';

$holdMs = min(10_000, max(0, (int) ($_GET['hold_ms'] ?? 0)));
$probe = Probe::begun();
$probe->tell(['from' => hrtime(true) / 1e9]);
usleep(1000 * $holdMs);
$probe->note();
$probe->tell(['to' => hrtime(true) / 1e9]);
session_write_close() || $probe->fail();
$probe->tell(['written' => true, 'node' => $probe->node()]);
