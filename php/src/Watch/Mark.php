<?php

declare(strict_types=1);

namespace RedisHa\Watch;

/** Whose writes the page caches are known to agree with: kept in a file, so that a restart misses nothing. */
final class Mark
{
    /**
     * @param string $address of the master, with its port
     * @param string $id of the stream that it writes
     */
    public function __construct(public readonly string $address, public readonly string $id)
    {
    }

    /** Read the one that is kept; null where there is none. */
    public static function kept(string $path): ?self
    {
        $told = is_file($path) ? json_decode((string) file_get_contents($path), true) : null;

        return is_array($told) && isset($told['address'], $told['id'])
            ? new self((string) $told['address'], (string) $told['id'])
            : null;
    }

    public function keep(string $path): void
    {
        $text = json_encode(['address' => $this->address, 'id' => $this->id], JSON_THROW_ON_ERROR);
        is_dir(dirname($path)) || mkdir(dirname($path), 0o750, true);
        file_put_contents("{$path}.new", "{$text}\n") !== false && rename("{$path}.new", $path);
    }
}
