<?php

declare(strict_types=1);

use RedisHa\Page\ProxyStatus;

require __DIR__ . '/../../../php/autoload.php';

/* What the page makes of a proxy's status page, which comes on standard input. */
$seen = ProxyStatus::of((string) stream_get_contents(STDIN));
echo json_encode($seen === null ? null : [
    'master' => $seen->master,
    'for' => $seen->forSeconds,
    'sentinels' => $seen->sentinels(),
    'reason' => $seen->reason(),
], JSON_THROW_ON_ERROR);
