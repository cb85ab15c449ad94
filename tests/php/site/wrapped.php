<?php

/** An application that puts a handler of its own around the one of the pool. */

declare(strict_types=1);

final class Wrapper implements SessionHandlerInterface
{
    public function __construct(private readonly SessionHandlerInterface $inner)
    {
    }

    public function open(string $path, string $name): bool
    {
        return $this->inner->open($path, $name);
    }

    public function close(): bool
    {
        return $this->inner->close();
    }

    public function read(string $id): string|false
    {
        return strrev((string) $this->inner->read($id));
    }

    public function write(string $id, string $data): bool
    {
        return $this->inner->write($id, strrev($data));
    }

    public function destroy(string $id): bool
    {
        return $this->inner->destroy($id);
    }

    public function gc(int $max_lifetime): int|false
    {
        return $this->inner->gc($max_lifetime);
    }
}

session_set_save_handler(new Wrapper(new RedisHa\Session\Handler()), true);
session_start();
$_SESSION['count'] = ($_SESSION['count'] ?? 0) + 1;
echo json_encode($_SESSION);
