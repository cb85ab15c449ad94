<?php

declare(strict_types=1);

namespace RedisHa\Page;

/** What the proxy believes, as its status page says it. */
final class ProxyStatus
{
    private const NAMED = 'named_';
    private const ABLE = 'master_';
    private const CLIENTS = 'redis';
    private const ANSWERED = ['L7OK', 'L7RSP'];

    /**
     * @param non-empty-array<string, array<string, bool>> $naming which Sentinel names a node, by node and Sentinel
     * @param list<string> $answering the Sentinels that answer, whatever they say
     * @param list<string> $able the nodes that call themselves master and take writes
     * @param ?string $master the node that clients are led to
     * @param ?int $forSeconds how long that has been so
     */
    private function __construct(
        private readonly array $naming,
        private readonly array $answering,
        private readonly array $able,
        public readonly ?string $master,
        public readonly ?int $forSeconds,
    ) {
    }

    /** Ask a proxy; null where its status page does not answer in time. */
    public static function ask(string $url, float $deadline): ?self
    {
        $csv = self::read($url, $deadline);

        return $csv === null ? null : self::of($csv);
    }

    /** Read the table that HAProxy writes as CSV; null where it is none of ours. */
    public static function of(string $csv): ?self
    {
        $naming = $answering = $able = [];
        $master = $since = null;
        foreach (self::servers($csv) as $row) {
            [$backend, $server] = [$row['# pxname'], $row['svname']];
            $isUp = str_starts_with($row['status'], 'UP');
            if (str_starts_with($backend, self::NAMED)) {
                $naming[substr($backend, strlen(self::NAMED))][$server] = $isUp;
                if (in_array(ltrim($row['check_status'], '* '), self::ANSWERED, true)) {
                    $answering[$server] = $server;
                }
            } elseif (str_starts_with($backend, self::ABLE) && $isUp) {
                $able[] = $server;
            } elseif ($backend === self::CLIENTS && $isUp && $row['bck'] === '0') {
                [$master, $since] = [$server, (int) $row['lastchg']];
            }
        }

        return $naming === [] ? null : new self($naming, array_values($answering), $able, $master, $since);
    }

    /**
     * Count the Sentinels: all, a majority of them, those that answer, those that name the same master.
     *
     * @return array<string, int>
     */
    public function sentinels(): array
    {
        return [
            'all' => $this->all(),
            'majority' => $this->majority(),
            'answering' => count($this->answering),
            'agreeing' => max($this->votes()),
        ];
    }

    /** Say in one sentence why clients are led to no node. */
    public function reason(): string
    {
        $votes = array_filter($this->votes());
        arsort($votes);
        $first = array_key_first($votes);
        $named = $first !== null && $votes[$first] >= $this->majority();

        return match (true) {
            count($this->answering) < $this->majority() => $this->withoutMajority(),
            $first === null => 'The Sentinels name no node of these.',
            !$named => 'The Sentinels do not agree yet: ' . self::told($votes, $this->all()) . '.',
            !in_array($first, $this->able, true) =>
                "{$votes[$first]} of {$this->all()} Sentinels name {$first}, which takes no writes now.",
            default => "{$first} does not answer through the proxy.",
        };
    }

    private function withoutMajority(): string
    {
        $answer = count($this->answering);
        $verb = $answer === 1 ? 'answers' : 'answer';

        return "No majority of Sentinels is left: {$answer} of {$this->all()} {$verb}, "
            . "{$this->majority()} have to agree. Until then the proxy names nobody; "
            . 'a Sentinel on one more machine is the way out.';
    }

    /** @return array<string, int> how many Sentinels name each node */
    private function votes(): array
    {
        return array_map(static fn (array $checks): int => count(array_filter($checks)), $this->naming);
    }

    private function all(): int
    {
        return max(array_map('count', $this->naming));
    }

    private function majority(): int
    {
        return intdiv($this->all(), 2) + 1;
    }

    /** @param array<string, int> $votes */
    private static function told(array $votes, int $all): string
    {
        $each = array_map(static fn (string $node): string => "{$votes[$node]} of {$all} name {$node}", array_keys($votes));

        return implode(', ', $each);
    }

    /** @return iterable<array<string, string>> the rows that are about a server */
    private static function servers(string $csv): iterable
    {
        $lines = fopen('php://memory', 'w+');
        fwrite($lines, $csv);
        rewind($lines);
        $names = fgetcsv($lines, null, ',', '"', '') ?: [];
        while ($values = fgetcsv($lines, null, ',', '"', '')) {
            if (count($values) !== count($names)) {
                continue;
            }
            $row = array_combine($names, array_map('strval', $values));
            if (isset($row['svname']) && !in_array($row['svname'], ['FRONTEND', 'BACKEND'], true)) {
                yield $row;
            }
        }
        fclose($lines);
    }

    private static function read(string $url, float $deadline): ?string
    {
        $context = stream_context_create(['http' => ['timeout' => $deadline, 'header' => 'Connection: close']]);
        $text = @file_get_contents($url, false, $context);

        return $text === false ? null : $text;
    }
}
