<?php

declare(strict_types=1);

/*
 * What matters for Redis of a TYPO3 site's settings, as a line of JSON and without its passwords.
 *
 * usage: php -- FOLDER, which finds all of this on its standard input: nothing has to be put where
 * the site is. Its classes are put in below, by their names, as base64 of JSON. What else is in this
 * file older versions of PHP take as well, so that they can say so.
 */

file_put_contents('php://stderr', "redis-ha: PHP reads\n");
if (PHP_VERSION_ID < 80100) {
    echo json_encode(['error' => 'its settings take PHP 8.1 to be read, and `php` there is ' . PHP_VERSION]), "\n";
    exit(2);
}
$classes = json_decode(base64_decode('@CLASSES@'), true);
spl_autoload_register(static function ($class) use ($classes) {
    if (isset($classes[$class])) {
        eval(substr($classes[$class], strlen('<?php')));
    }
});
exit(\RedisHa\Typo3\Told::say($argv[1]));
