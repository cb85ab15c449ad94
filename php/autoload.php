<?php

declare(strict_types=1);

/** PSR-4: `RedisHa\` is the folder `src`. */
spl_autoload_register(static function (string $class): void {
    $path = __DIR__ . '/src/' . str_replace('\\', '/', substr($class, 8)) . '.php';
    if (str_starts_with($class, 'RedisHa\\') && is_file($path)) {
        require $path;
    }
});
