<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** A row of the drill's history: client, key, begun, ended, outcome, address of the Redis, error. */
final class Row
{
    /** @return list<mixed> */
    public static function of(string $client, string $key, Answer $answer, string $error): array
    {
        $outcome = $answer->isGood() ? 'acknowledged' : ($answer->status === 'refused' ? 'failed' : 'indeterminate');

        return [$client, $key, $answer->askedAt, $answer->endedAt, $outcome, $answer->said['node'] ?? '', $error];
    }

    /**
     * @param bool $isGood whether the page is one, whatever is wrong with what it shows
     * @return list<mixed>
     */
    public static function page(string $client, string $key, Answer $answer, bool $isGood, string $error = ''): array
    {
        $bad = $answer->status === 'refused' ? 'failed' : 'indeterminate';

        return [
            $client,
            $key,
            $answer->askedAt,
            $answer->endedAt,
            $isGood ? 'acknowledged' : $bad,
            '',
            $isGood ? $error : $answer->error(),
        ];
    }

    /** @return list<mixed> */
    public static function held(string $client, string $key, float $from, float $to, string $node): array
    {
        return [$client, $key, $from, $to, 'held', $node, ''];
    }
}
