<?php

/** A visitor's counter. `do` says what else the page does, `pause` for how long before its end. */

declare(strict_types=1);

$does = explode(',', $_GET['do'] ?? '');
$does = array_fill_keys($does, true);

session_start(isset($does['read_and_close']) ? ['read_and_close' => true] : []);
if (!isset($does['unchanged'])) {
    $_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
}
if (isset($does['mark'])) {
    register_shutdown_function(static function (): void {
        $_SESSION['marked'] = true;
    });
}
echo json_encode(['count' => $_SESSION['count'] ?? 0, 'handler' => session_module_name()] + $_SESSION);
if (isset($_GET['pause'])) {
    usleep((int) (1e6 * (float) $_GET['pause']));
}
if (isset($does['flush'])) {
    echo str_repeat(' ', 100_000);
}
match (true) {
    isset($does['abort']) => session_abort(),
    isset($does['destroy']) => session_destroy(),
    isset($does['regenerate']) => session_regenerate_id(),
    isset($does['regenerate_and_delete']) => session_regenerate_id(true),
    isset($does['reset']) => session_reset(),
    isset($does['die']) => posix_kill(getmypid(), 9),
    isset($does['fail']) => throw new RuntimeException('the application fails'),
    isset($does['twice']) => session_write_close() && session_start() && session_write_close()
        && session_write_close(),
    default => null,
};
