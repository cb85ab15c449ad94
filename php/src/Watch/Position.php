<?php

declare(strict_types=1);

namespace RedisHa\Watch;

/** Where a server is in the stream of writes, as its `INFO replication` tells it. */
final class Position
{
    /**
     * @param string $id of the stream that it writes or follows
     * @param int $offset up to which it has that, in bytes
     * @param string $previousId of the stream that this one went on from; zeros for none
     * @param int $previousEnd the first offset that it does not have of that one
     */
    private function __construct(
        public readonly bool $isMaster,
        public readonly string $id,
        public readonly int $offset,
        public readonly string $previousId,
        public readonly int $previousEnd,
    ) {
    }

    /** Read an answer; null where it is none. */
    public static function read(string $info): ?self
    {
        preg_match_all('/^(\w+):(\S+)\r?$/m', $info, $found);
        $told = array_combine($found[1], $found[2]);
        if (!isset($told['role'], $told['master_replid'], $told['master_repl_offset'])) {
            return null;
        }

        return new self(
            $told['role'] === 'master',
            $told['master_replid'],
            (int) $told['master_repl_offset'],
            $told['master_replid2'] ?? '',
            (int) ($told['second_repl_offset'] ?? -1),
        );
    }
}
