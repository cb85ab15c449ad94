<?php

declare(strict_types=1);

namespace RedisHa\Session;

use RedisHa\Connection;
use RedisHa\Unavailable;
use SessionHandlerInterface;
use SessionUpdateTimestampHandlerInterface;

/**
 * PHP's sessions in Redis: a session that cannot be read, written, confirmed or destroyed ends the
 * request with 503, the visitor's cookie as it was. It never becomes an empty session.
 *
 * A lock is taken when a session is read, and given back by the write. See docs/sessions.md.
 */
final class Handler implements SessionHandlerInterface, SessionUpdateTimestampHandlerInterface
{
    private const IDS = '/^[a-zA-Z0-9,-]{1,256}$/D';

    private ?Store $store = null;
    private ?Connection $connection = null;
    private ?Held $held = null;
    private ?Unavailable $failure = null;
    private bool $isFresh = false;
    private bool $isOver = false;
    private bool $willWrite = false;

    /** @param bool $throws failures are exceptions for the program that called, in place of the request's end */
    public function __construct(private readonly bool $throws = PHP_SAPI === 'cli')
    {
    }

    /** Keep the sessions of this request in Redis, unless it sets another handler later. */
    public static function install(bool $throws = PHP_SAPI === 'cli'): void
    {
        if (session_status() === PHP_SESSION_NONE) {
            session_set_save_handler(new self($throws), false);
        }
    }

    public function open(string $path, string $name): bool
    {
        $this->failure = null;
        $this->writeLast();

        return true;
    }

    /** Say whether a session is there. It never fails: PHP would give the visitor another cookie. */
    public function validateId(string $id): bool
    {
        if (!preg_match(self::IDS, $id)) {
            return false; // PHP has made none like that
        }
        try {
            return $this->take($id)->data !== false;
        } catch (Unavailable $failure) {
            $this->failure = $failure;

            return true; // and `read` tells
        }
    }

    public function read(string $id): string
    {
        try {
            $held = $this->isFresh && $this->held?->id === $id ? $this->held : $this->take($id);
            $this->isFresh = false;

            return (string) $held->data;
        } catch (Unavailable $failure) {
            $this->end('read', $failure);
        }
    }

    public function write(string $id, string $data): bool
    {
        return $this->finish('written', $id, function (Held $held) use ($data): void {
            if ($held->data === $data) {
                $this->store()->touch($held, self::lifetimeMs());
            } else {
                $this->store()->write($held, $data, self::lifetimeMs());
            }
        });
    }

    public function updateTimestamp(string $id, string $data): bool
    {
        return $this->write($id, $data);
    }

    public function destroy(string $id): bool
    {
        return $this->finish('destroyed', $id, fn (Held $held) => $this->store()->destroy($held));
    }

    public function close(): bool
    {
        if ($this->held !== null) { // read and closed, or aborted
            $this->release($this->held);
        }
        $this->connection?->close();

        return true;
    }

    public function gc(int $max_lifetime): int
    {
        return 0; // Redis does
    }

    public function __debugInfo(): array
    {
        return [];
    }

    /** Take a session's lock and read it. */
    private function take(string $id): Held
    {
        if ($this->failure !== null) {
            throw $this->failure; // once is enough: each try may be held for seconds
        }
        if ($this->held !== null && $this->held->id !== $id) {
            $this->release($this->held);
        }
        $this->held = $this->store()->take($id, $this->held->token ?? HeldLocks::token());
        $this->isFresh = true;

        return $this->held;
    }

    /** @param callable(Held): void $act what gives the lock back with it */
    private function finish(string $done, string $id, callable $act): bool
    {
        if ($this->isOver) {
            return true; // PHP writes what it has at the end of a request that could not read
        }
        try {
            $act($this->held?->id === $id ? $this->held : $this->take($id));
            $this->held = null;

            return true;
        } catch (Unavailable $failure) {
            $this->end($done, $failure);
        }
    }

    private function release(Held $held): void
    {
        $this->held = null;
        if ($this->isOver) {
            $this->store()->abandon($held);

            return;
        }
        try {
            $this->store()->release($held);
        } catch (Unavailable $failure) {
            $this->store()->abandon($held);
            Outage::log('its lock could not be given back', $failure);
        }
    }

    private function end(string $done, Unavailable $failure): never
    {
        $this->isOver = !$this->throws;
        if ($this->held !== null) {
            $this->store()->abandon($this->held);
            $this->held = null;
        }
        if ($this->throws) {
            throw $failure;
        }
        Outage::log("a session could not be {$done}", $failure);
        Outage::answer();
    }

    /** Write after all that the application does at the end, and while the status can still be said. */
    private function writeLast(): void
    {
        if (!$this->willWrite) {
            $this->willWrite = true;
            register_shutdown_function(
                static fn () => register_shutdown_function(static fn () => session_write_close()),
            );
        }
    }

    private function store(): Store
    {
        if ($this->store === null) {
            $settings = Settings::current();
            $this->connection = new Connection($settings);
            $this->store = new Store($settings, $this->connection);
        }

        return $this->store;
    }

    private static function lifetimeMs(): int
    {
        return 1000 * max(1, (int) ini_get('session.gc_maxlifetime'));
    }
}
