<?php

declare(strict_types=1);

namespace RedisHa\Typo3;

/**
 * What matters for Redis of a site's settings, as JSON and without its passwords.
 *
 * The site's own files are read as the site reads them: they are PHP, and run. Each server that they
 * name is asked for its policy, and the site's database for its tasks.
 */
final class Told
{
    /**
     * Prints it, or the error that it ends in.
     *
     * @return int the exit status
     */
    public static function say(string $folder): int
    {
        ini_set('display_errors', '0');
        error_reporting(0);
        ob_start();
        try {
            $site = Site::in($folder);
            $said = $site->told() + [
                'servers' => array_map(static fn(Server $each): array => $each->told(), $site->servers()),
                'garbage' => Garbage::of($site->database()),
            ];
            $status = 0;
        } catch (\Throwable $error) {
            $said = ['error' => $error->getMessage()];
            $status = 2;
        }
        ob_end_clean();
        echo json_encode($said, JSON_PRESERVE_ZERO_FRACTION | JSON_INVALID_UTF8_SUBSTITUTE | JSON_FORCE_OBJECT), "\n";
        return $status;
    }
}
