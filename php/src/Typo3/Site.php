<?php

declare(strict_types=1);

namespace RedisHa\Typo3;

use TYPO3\CMS\Core\Configuration\ConfigurationManager;
use TYPO3\CMS\Core\Core\SystemEnvironmentBuilder;
use TYPO3\CMS\Core\Information\Typo3Version;

/** A site's settings, as the site itself comes to them. */
final class Site
{
    /** Where they lie below its folder, in Composer's layout and in the classic one. */
    private const FOLDERS = ['config/system', 'typo3conf/system', 'public/typo3conf/system'];
    private const FILES = ['settings.php', 'additional.php'];

    /** Options whose values are shown; of any other only what it is. */
    private const SHOWN = [
        'hostname', 'port', 'database', 'username', 'persistentConnection', 'connectionTimeout', 'compression',
        'compressionLevel', 'defaultLifetime', 'keyPrefix', 'ttl', 'priority', 'disabled',
    ];

    /** @param array<string, mixed> $settings */
    private function __construct(
        private readonly string $folder,
        private readonly string $system,
        private readonly ?string $version,
        private readonly array $settings,
    ) {}

    public static function in(string $folder): self
    {
        $root = realpath($folder);
        if ($root === false) {
            throw new \RuntimeException("$folder: no such folder, or none that the account `" . self::account() . '` may enter');
        }
        foreach (self::FOLDERS as $below) {
            if (self::isReadable($root, "$below/settings.php")) {
                return self::read($root, "$root/$below");
            }
        }
        throw new \RuntimeException("$folder: no TYPO3 here: no " . self::FOLDERS[0] . '/settings.php');
    }

    /** @throws \RuntimeException where it may be there, and is closed to who runs this */
    private static function isReadable(string $root, string $file): bool
    {
        $path = $root;
        foreach (['', ...explode('/', $file)] as $name) {
            $path .= $name === '' ? '' : "/$name";
            if (!file_exists($path)) {
                return false;
            }
            if (is_dir($path) ? !is_executable($path) : !is_readable($path)) {
                throw new \RuntimeException("$path: closed to the account `" . self::account() . '`, who would have to read it');
            }
        }
        return true;
    }

    private static function account(): string
    {
        $known = function_exists('posix_geteuid') ? posix_getpwuid(posix_geteuid()) : false;
        return $known['name'] ?? get_current_user();
    }

    private static function read(string $root, string $system): self
    {
        $autoload = "$root/vendor/autoload.php";
        if (is_file($autoload)) {
            require $autoload;
        }
        if (!class_exists(SystemEnvironmentBuilder::class)) {
            return new self($root, $system, null, self::plain($system));
        }
        putenv("TYPO3_PATH_APP=$root");
        putenv('TYPO3_PATH_ROOT=' . (is_dir("$root/public") ? "$root/public" : $root));
        SystemEnvironmentBuilder::run(0, SystemEnvironmentBuilder::REQUESTTYPE_CLI);
        (new ConfigurationManager())->exportConfiguration();
        return new self($root, $system, (new Typo3Version())->getVersion(), $GLOBALS['TYPO3_CONF_VARS']);
    }

    /** @return array<string, mixed> what a site whose TYPO3 is not there says by itself */
    private static function plain(string $system): array
    {
        $GLOBALS['TYPO3_CONF_VARS'] = require "$system/settings.php";
        if (is_file("$system/additional.php")) {
            require "$system/additional.php";
        }
        return $GLOBALS['TYPO3_CONF_VARS'];
    }

    /** @return array<string, mixed> */
    public function told(): array
    {
        return [
            'folder' => $this->folder,
            'typo3' => $this->version,
            'php' => PHP_VERSION,
            'php_redis' => phpversion('redis') ?: null,
            'socket_timeout_s' => (int)ini_get('default_socket_timeout'),
            'caches' => array_map($this->shown(...), $this->caches()),
            'sessions' => array_map($this->shown(...), $this->sessions()),
            'locks' => $this->locks() === null ? null : array_map($this->value(...), $this->named($this->locks())),
            'modes' => $this->modes(),
        ];
    }

    /** @return array<string, Server> every server that they name, by its address */
    public function servers(): array
    {
        $found = [];
        $parts = array_column([...array_values($this->caches()), ...array_values($this->sessions())], 'options');
        foreach (array_filter([...$parts, $this->locks()], 'is_array') as $options) {
            $server = Server::of($options);
            $found[$server->address] ??= $server;
        }
        return $found;
    }

    /** @return array<string, mixed> how the site reaches its database */
    public function database(): array
    {
        return $this->settings['DB']['Connections']['Default'] ?? [];
    }

    /** @return array<string, array{backend: string, options: array<string, mixed>}> those in Redis */
    private function caches(): array
    {
        return self::inRedis($this->settings['SYS']['caching']['cacheConfigurations'] ?? []);
    }

    /** @return array<string, array{backend: string, options: array<string, mixed>}> those in Redis */
    private function sessions(): array
    {
        return self::inRedis($this->settings['SYS']['session'] ?? []);
    }

    /** @return array<string, mixed>|null */
    private function locks(): ?array
    {
        $locks = $this->settings['SYS']['locking']['redis'] ?? null;
        return is_array($locks) && empty($locks['disabled']) ? $locks : null;
    }

    /**
     * @param array<string, mixed> $configurations
     * @return array<string, array{backend: string, options: array<string, mixed>}>
     */
    private static function inRedis(array $configurations): array
    {
        $found = [];
        foreach ($configurations as $name => $each) {
            $backend = is_array($each) ? (string)($each['backend'] ?? '') : '';
            if (str_contains($backend, 'Redis')) {
                $found[(string)$name] = ['backend' => $backend, 'options' => $each['options'] ?? []];
            }
        }
        return $found;
    }

    /**
     * @param array{backend: string, options: array<string, mixed>} $part
     * @return array<string, mixed>
     */
    private function shown(array $part): array
    {
        return ['backend' => $part['backend'], 'options' => array_map($this->value(...), $this->named($part['options']))];
    }

    /**
     * @param array<string, mixed> $options
     * @return array<string, array{string, mixed}>
     */
    private function named(array $options): array
    {
        $pairs = [];
        foreach ($options as $name => $value) {
            $pairs[(string)$name] = [(string)$name, $value];
        }
        return $pairs;
    }

    /**
     * @param array{string, mixed} $pair a name and its value
     * @return array<string, mixed>
     */
    private function value(array $pair): array
    {
        [$name, $value] = $pair;
        $kind = ['kind' => get_debug_type($value), 'empty' => $value === '' || $value === []];
        $is_shown = in_array($name, self::SHOWN, true) && is_scalar($value);
        return $is_shown ? $kind + ['value' => $value] : $kind;
    }

    /** @return array<string, int> who may read the files with passwords */
    private function modes(): array
    {
        $modes = [];
        foreach (self::FILES as $name) {
            $path = "$this->system/$name";
            if (is_file($path)) {
                $modes[$name] = fileperms($path) & 0o777;
            }
        }
        return $modes;
    }
}
