<?php

declare(strict_types=1);

namespace RedisHa\Session;

use RedisHa\Connection;
use RedisHa\Unavailable;

/** Sessions and their locks in Redis, always on the master. */
final class Store
{
    private const TRIES = 3;
    private const FIRST_PAUSE = 0.005;
    private const LONGEST_PAUSE = 0.05;

    /**
     * Keys: data, lock. Holder's token, lifetime in ms, digest of what was read, what is new, whether it is
     * said again because the answer never came.
     */
    private const WRITE = <<<'LUA'
        local holder = redis.call('GET', KEYS[2])
        if holder ~= ARGV[1] then -- it ran out, or is gone with a master that was lost
          local data = redis.call('GET', KEYS[1])
          local digest = data and redis.sha1hex(data) or ''
          local unchanged = digest == ARGV[3] and not holder
          local written = ARGV[5] == 'again' and data == ARGV[4]
          if not unchanged and not written then return 0 end
        end
        redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[2])
        if holder == ARGV[1] then redis.call('DEL', KEYS[2]) end
        return 1
        LUA;

    /** Keys: data, lock. Holder's token, lifetime in ms. The lock is kept where there is no such session. */
    private const TOUCH = <<<'LUA'
        if redis.call('PEXPIRE', KEYS[1], ARGV[2]) == 0 then return 0 end
        if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
        return 1
        LUA;

    /** Keys: data, lock. Holder's token. A second try has something to replicate and to confirm too. */
    private const DESTROY = <<<'LUA'
        redis.call('SET', KEYS[1], '')
        redis.call('DEL', KEYS[1])
        if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
        return 1
        LUA;

    /** Key: lock. Holder's token. */
    private const RELEASE = <<<'LUA'
        if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
        return 0
        LUA;

    private readonly HeldLocks $locks;

    public function __construct(private readonly Settings $settings, private readonly Connection $connection)
    {
        $this->locks = new HeldLocks((int) ceil($settings->lockLifetime));
    }

    /**
     * Take a session's lock and read the session.
     *
     * @throws Unavailable Redis cannot be reached, or another request keeps the lock
     */
    public function take(string $id, string $token): Held
    {
        $end = microtime(true) + $this->settings->lockWait;
        for ($pause = self::FIRST_PAUSE; ; $pause = min(2 * $pause, self::LONGEST_PAUSE)) {
            [$taken, $holder, $data] = $this->asked($id, $token);
            if ($taken || $holder === $token) {
                return new Held($id, $token, $data);
            }
            if ($holder !== false && $this->locks->isLeft($holder)) {
                $this->give($id, $holder);
                continue;
            }
            if (microtime(true) >= $end) {
                throw new Unavailable("another request has kept the lock for {$this->settings->lockWait} s");
            }
            usleep((int) ($pause * random_int(500_000, 1_000_000)));
        }
    }

    /** @throws Unavailable it is not written, or not confirmed, or another request has written meanwhile */
    public function write(Held $held, string $data, int $lifetimeMs): void
    {
        $written = $this->confirmed(self::WRITE, $held, [$lifetimeMs, $held->digest, $data]);
        if ($written !== 1) {
            throw new Unavailable('the lock ran out and another request has the session now');
        }
    }

    /** Prolong an unchanged session; one that is gone while its lock was held is written. */
    public function touch(Held $held, int $lifetimeMs): void
    {
        $words = ['EVAL', self::TOUCH, 2, ...$this->keys($held), $held->token, $lifetimeMs];
        [$touched] = $this->tried(fn (): array => $this->connection->run($words));
        if ($touched === 1) {
            $this->locks->gaveBack($held->token);
        } else {
            $this->write($held, (string) $held->data, $lifetimeMs);
        }
    }

    /** @throws Unavailable it may still be there */
    public function destroy(Held $held): void
    {
        $this->confirmed(self::DESTROY, $held, []);
    }

    /** Give a lock back; one of another request stays. */
    public function release(Held $held): void
    {
        $this->give($held->id, $held->token);
    }

    /** Note that a lock stays in Redis, for the next request of this pool to give back. */
    public function abandon(Held $held): void
    {
        $this->locks->left($held->token);
    }

    /**
     * Try once to take a lock. It is noted before, since the answer may never come.
     *
     * @return array{bool, string|false, string|false} whether it is taken, who holds it, the session
     */
    private function asked(string $id, string $token): array
    {
        $this->locks->took($token);
        try {
            [$taken, $holder, $data] = $this->tried(fn (): array => $this->connection->run(
                ['SET', $this->lock($id), $token, 'NX', 'PX', $this->lockLifetime()],
                ['GET', $this->lock($id)],
                ['GET', $this->data($id)],
            ));

            return [$taken === true, is_string($holder) ? $holder : false, is_string($data) ? $data : false];
        } catch (Unavailable $failure) {
            $this->locks->left($token);
            throw $failure;
        }
    }

    private function give(string $id, string $token): void
    {
        $words = ['EVAL', self::RELEASE, 1, $this->lock($id), $token];
        $this->tried(fn (): array => $this->connection->run($words));
        $this->locks->gaveBack($token);
    }

    /**
     * Change a session and wait until replicas have it.
     *
     * @param list<int|string> $arguments
     */
    private function confirmed(string $script, Held $held, array $arguments): mixed
    {
        $words = ['EVAL', $script, 2, ...$this->keys($held), $held->token, ...$arguments];
        $time = 'first';
        $reply = $this->tried(function () use ($words, &$time): mixed {
            $wanted = $this->settings->confirmReplicas;
            $wait = $wanted > 0 ? [['WAIT', $wanted, $this->settings->confirmTimeoutMs]] : [];
            $said = [...$words, $time];
            $time = 'again';
            [$reply, $confirmed] = [...$this->connection->run($said, ...$wait), 0];
            if ($reply === 1 && $confirmed < $wanted) {
                throw new Unavailable("not confirmed by {$wanted} of the replicas", 0.0);
            }

            return $reply;
        });
        $this->locks->gaveBack($held->token);

        return $reply;
    }

    /**
     * Do something again that a change of the master may have cut off. The proxy holds the next
     * connection until there is a master; where it refuses at once there is none to wait for.
     *
     * @template T
     * @param callable(): T $what
     * @return T
     */
    private function tried(callable $what): mixed
    {
        $end = microtime(true) + $this->settings->readTimeout;
        for ($try = 1; ; $try++) {
            try {
                return $what();
            } catch (Unavailable $failure) {
                $this->connection->close();
                $isFinal = $failure->passesWithin === null || $try === self::TRIES;
                if ($isFinal || microtime(true) >= $end) {
                    throw $failure;
                }
                usleep((int) ($failure->passesWithin * 1_000_000));
            }
        }
    }

    /** @return array{string, string} */
    private function keys(Held $held): array
    {
        return [$this->data($held->id), $this->lock($held->id)];
    }

    private function data(string $id): string
    {
        return $this->settings->prefix . $id;
    }

    private function lock(string $id): string
    {
        return $this->settings->lockPrefix . $id;
    }

    private function lockLifetime(): int
    {
        return (int) ($this->settings->lockLifetime * 1000);
    }
}
