<?php

declare(strict_types=1);

namespace RedisHa\Load;

use SplObjectStorage;

/** All visitors and holders of one web node, until the channel is closed. */
final class Load
{
    private const SILENCE = 15.0;
    private const ENDS = 10.0;
    private const TICK_US = 20_000;
    private const HOLD_MS = [30, 1000, 4000];
    private string $address = '';
    private int $port = 0;
    private float $interval = 1.0;
    private float $due = 0.0;
    /** @var list<Visitor> those who wait for their turn */
    private array $waiting = [];
    /** @var list<Holder> */
    private array $holders = [];
    /** @var SplObjectStorage<Request, Client> */
    private SplObjectStorage $open;

    public function __construct(private readonly Channel $channel)
    {
        $this->open = new SplObjectStorage();
    }

    /** Return the status to end with. */
    public function run(): int
    {
        while ($this->channel->isOpen) {
            $this->wait();
            $this->goOn();
            if (Channel::now() - $this->channel->heardAt > self::SILENCE) {
                return 1; // who started this is gone
            }
            $this->begin();
        }
        $this->end();

        return 0;
    }

    /** Wait until something can be gone on with, or begun. */
    private function wait(): void
    {
        $read = $this->channel->isOpen ? [$this->channel->input] : [];
        $write = [];
        foreach ($this->open as $request) {
            if (is_resource($request->stream)) {
                $read[] = $request->stream;
                if ($request->isSending()) {
                    $write[] = $request->stream;
                }
            }
        }
        $none = null;
        $rest = $this->due > 0 ? (int) max(0, 1e6 * ($this->due - Channel::now())) : self::TICK_US;
        if ($read === [] && $write === []) {
            usleep(self::TICK_US);
        } else {
            @stream_select($read, $write, $none, 0, min($rest, self::TICK_US));
        }
        if (in_array($this->channel->input, $read, true) && ($orders = $this->channel->listen()) !== null) {
            $this->take($orders);
        }
    }

    /** @param array<string, mixed> $orders */
    private function take(array $orders): void
    {
        [$this->address, $this->port] = [(string) $orders['address'], (int) $orders['port']];
        $this->interval = 1 / $orders['requests_per_s'];
        $this->due = Channel::now();
        $prefix = (string) $orders['prefix'];
        for ($number = 1; $number <= $orders['visitors']; $number++) {
            $this->waiting[] = new Visitor($prefix, "php-session-{$number}");
        }
        for ($number = 1; $number <= $orders['locks']; $number++) {
            $lock = new Lock("lock-{$number}", self::HOLD_MS[($number - 1) % count(self::HOLD_MS)]);
            foreach ([2 * $number - 1, 2 * $number] as $holder) {
                $this->holders[] = new Holder($prefix, "php-lock-{$holder}", $lock);
            }
        }
    }

    private function goOn(): void
    {
        foreach (iterator_to_array($this->open, false) as $request) {
            if (($answer = $request->step()) !== null) {
                $this->close($request, $answer);
            }
        }
    }

    /** Let those begin whose turn it is: visitors at their pace, holders as soon as they can. */
    private function begin(): void
    {
        $now = Channel::now();
        if ($this->due > 0 && $now >= $this->due) {
            $this->due = max($this->due + $this->interval, $now - $this->interval);
            if (($visitor = array_shift($this->waiting)) !== null) {
                $this->ask($visitor);
            }
        }
        foreach ($this->holders as $number => $holder) {
            if ($holder->isReady()) {
                unset($this->holders[$number]);
                $this->ask($holder);
            }
        }
    }

    private function ask(Client $client): void
    {
        $cookie = $client->cookie();
        $this->open[new Request($this->address, $this->port, $client->path(), $cookie)] = $client;
    }

    private function close(Request $request, Answer $answer): void
    {
        $client = $this->open[$request];
        unset($this->open[$request]);
        foreach ($client->answered($answer) as $row) {
            $this->channel->tell($row);
        }
        if ($client instanceof Visitor) {
            $this->waiting[] = $client;
        } else {
            $this->holders[] = $client;
        }
    }

    /** Wait for the answers that are due, for a while. */
    private function end(): void
    {
        $until = Channel::now() + self::ENDS;
        while (count($this->open) > 0 && Channel::now() < $until) {
            $this->wait();
            $this->goOn();
        }
        foreach (iterator_to_array($this->open, false) as $request) {
            $this->close($request, $request->abandon('not answered to the end'));
        }
    }
}
