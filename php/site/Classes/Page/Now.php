<?php

declare(strict_types=1);

namespace RedisHa\Site\Page;

use TYPO3\CMS\Core\Attribute\AsAllowedCallable;

/** A part that no cache keeps: the time, and a number that is another one in every request. */
final class Now
{
    #[AsAllowedCallable]
    public function show(): string
    {
        $number = random_int(1, PHP_INT_MAX);
        $time = sprintf('%.6F', microtime(true));

        return "<p id=\"now\" data-time=\"$time\" data-number=\"$number\">It is $time; $number.</p>";
    }
}
