<?php

/** An application with a handler of its own. */

declare(strict_types=1);

final class Own implements SessionHandlerInterface
{
    public function open(string $path, string $name): bool
    {
        return true;
    }

    public function close(): bool
    {
        return true;
    }

    public function read(string $id): string
    {
        return 'from|s:3:"own";';
    }

    public function write(string $id, string $data): bool
    {
        return true;
    }

    public function destroy(string $id): bool
    {
        return true;
    }

    public function gc(int $max_lifetime): int
    {
        return 0;
    }
}

session_set_save_handler(new Own(), true);
session_start();
echo json_encode($_SESSION);
