<?php

/** An application that wants its sessions in files. */

declare(strict_types=1);

session_module_name('files');
session_save_path(dirname((string) getenv('REDIS_HA_SESSIONS')));
session_start();
$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
echo json_encode($_SESSION);
