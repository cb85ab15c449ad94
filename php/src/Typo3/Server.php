<?php

declare(strict_types=1);

namespace RedisHa\Typo3;

/** A Redis that a site names, asked as the site would ask it, within two seconds. */
final class Server
{
    private const WAIT_S = 2.0;

    private function __construct(
        public readonly string $address,
        private readonly string $host,
        private readonly int $port,
        /** @var list<string> what it authenticates with */
        #[\SensitiveParameter] private readonly array $credentials,
    ) {}

    /** @param array<string, mixed> $options of a cache, of sessions or of locks */
    public static function of(#[\SensitiveParameter] array $options): self
    {
        $host = (string)($options['hostname'] ?? '127.0.0.1');
        $port = (int)($options['port'] ?? 6379);
        $password = $options['password'] ?? '';
        $user = (string)($options['username'] ?? '');
        $credentials = is_array($password) ? array_values($password) : [$user, (string)$password];
        $credentials = array_values(array_filter(array_map('strval', $credentials), static fn(string $each): bool => $each !== ''));
        return new self("$host:$port", $host, $port, $credentials);
    }

    /** @return array<string, mixed> */
    public function told(): array
    {
        try {
            return $this->asked();
        } catch (\Throwable $error) {
            // What a client says of an AUTH may quote it.
            return ['trouble' => str_replace($this->credentials, '…', $error->getMessage())];
        }
    }

    /** @return array<string, mixed> */
    private function asked(): array
    {
        if (!class_exists(\Redis::class)) {
            return ['trouble' => 'this PHP has no redis extension'];
        }
        $redis = new \Redis();
        $redis->connect($this->host, $this->port, self::WAIT_S, null, 0, self::WAIT_S);
        if ($this->credentials !== []) {
            $redis->auth(count($this->credentials) === 1 ? $this->credentials[0] : $this->credentials);
        }
        $info = $redis->info();
        if (!is_array($info)) {
            return ['trouble' => 'it may not be asked for INFO'];
        }
        return [
            'policy' => $info['maxmemory_policy'] ?? null,
            'maxmemory' => (int)($info['maxmemory'] ?? 0),
            'role' => $info['role'] ?? null,
            'replicas' => (int)($info['connected_slaves'] ?? 0),
            'direct' => $this->isDirect($redis),
        ];
    }

    /** Says whether this address is the server's own, or that of a proxy; null where it does not tell. */
    private function isDirect(\Redis $redis): ?bool
    {
        $said = $redis->rawCommand('CLIENT', 'INFO');
        if (!is_string($said) || !preg_match('/(?:^| )laddr=(\S+)/', $said, $found)) {
            return null;
        }
        $host = preg_replace('#^\w+://#', '', $this->host);
        return $found[1] === gethostbyname((string)$host) . ':' . $this->port;
    }
}
