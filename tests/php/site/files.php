<?php

/** An application that wraps PHP's handler of files, and does not say where these are. */

declare(strict_types=1);

session_set_save_handler(new SessionHandler(), true);
session_start();
$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
echo json_encode($_SESSION);
