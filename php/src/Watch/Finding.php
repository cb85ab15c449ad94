<?php

declare(strict_types=1);

namespace RedisHa\Watch;

/** What is known of the writes of a former master, by what it and its successor say of their streams. */
final class Finding
{
    /**
     * @param bool $isFinal whether asking again would change nothing
     * @param bool $isWhole whether every write of the former master is on its successor, for certain
     */
    private function __construct(
        public readonly bool $isFinal,
        public readonly bool $isWhole,
        public readonly string $why,
    ) {
    }

    /**
     * A former master that goes on from its own end in its successor's stream has told what its end was:
     * there it keeps the old stream's name and the first offset that it never wrote. One whose writes the
     * successor lacks is given a copy of everything, and forgets both.
     *
     * @param string $id of the stream that the former master wrote
     * @param ?Position $old what the former master says now; null where it says nothing
     */
    public static function of(string $id, Position $new, ?Position $old): self
    {
        if ($new->previousId !== $id) {
            return self::lost('the new master does not go on from the stream of the old one');
        }
        if ($old === null) {
            return self::open('the old master does not say where it ended');
        }
        if ($old->id === $id) {
            $more = $old->offset + 1 - $new->previousEnd;

            return $more > 0
                ? self::lost("the old master has written {$more} bytes that the new one lacks")
                : self::open('the old master has not followed the new one yet');
        }
        if ($old->id !== $new->id) {
            return self::open('the old master follows another one');
        }
        if ($old->previousId === $id && $old->previousEnd <= $new->previousEnd) {
            return new self(true, true, "the old master ended at {$old->previousEnd}, which the new one has");
        }

        return self::lost('the old master was given a copy of everything: where it ended nobody knows');
    }

    private static function lost(string $why): self
    {
        return new self(true, false, $why);
    }

    private static function open(string $why): self
    {
        return new self(false, false, $why);
    }
}
