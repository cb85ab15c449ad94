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
    /** @var list<Pace> */
    private array $paces = [];
    /** @var list<Holder> */
    private array $holders = [];
    /** @var SplObjectStorage<Request, array{Client, ?Pace}> */
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
        $rests = array_map(static fn (Pace $pace): int => (int) (1e6 * $pace->rest()), $this->paces);
        if ($read === [] && $write === []) {
            usleep(self::TICK_US);
        } else {
            @stream_select($read, $write, $none, 0, min([self::TICK_US, ...$rests]));
        }
        if (in_array($this->channel->input, $read, true) && ($orders = $this->channel->listen()) !== null) {
            $this->take($orders);
        }
    }

    /** @param array<string, mixed> $orders */
    private function take(array $orders): void
    {
        [$this->address, $this->port] = [(string) $orders['address'], (int) $orders['port']];
        $prefix = (string) $orders['prefix'];
        $visitors = [];
        for ($number = 1; $number <= $orders['visitors']; $number++) {
            $visitors[] = new Visitor($prefix, "php-session-{$number}");
        }
        $this->paces = [new Pace((float) $orders['requests_per_s'], $visitors), ...Typo3\Site::paces($orders)];
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
        foreach ($this->paces as $pace) {
            if (($client = $pace->next()) !== null) {
                $this->ask($client, $pace);
            }
        }
        foreach ($this->holders as $number => $holder) {
            if ($holder->isReady()) {
                unset($this->holders[$number]);
                $this->ask($holder);
            }
        }
    }

    private function ask(Client $client, ?Pace $pace = null): void
    {
        $this->open[new Request($this->address, $this->port, $client->question())] = [$client, $pace];
    }

    private function close(Request $request, Answer $answer): void
    {
        [$client, $pace] = $this->open[$request];
        unset($this->open[$request]);
        foreach ($client->answered($answer) as $row) {
            $this->channel->tell($row);
        }
        if ($pace !== null) {
            $pace->back($client);
        } elseif ($client instanceof Holder) {
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
