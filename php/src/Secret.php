<?php

declare(strict_types=1);

namespace RedisHa;

use LogicException;
use SensitiveParameter;
use WeakMap;

/** A password that no dump, export, trace or serialisation of any object shows. */
final class Secret
{
    /** @var WeakMap<self, string>|null outside of the objects, where nothing that prints them looks */
    private static ?WeakMap $texts = null;

    public function __construct(#[SensitiveParameter] string $text)
    {
        self::$texts ??= new WeakMap();
        self::$texts[$this] = $text;
    }

    public function reveal(): string
    {
        return self::$texts[$this] ?? '';
    }

    /** Return a text without this password in it. */
    public function masked(string $text): string
    {
        return $this->reveal() === '' ? $text : str_replace($this->reveal(), '***', $text);
    }

    public function __serialize(): never
    {
        throw new LogicException('a password is not serialised');
    }

    private function __clone()
    {
    }
}
