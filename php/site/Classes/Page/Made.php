<?php

declare(strict_types=1);

namespace RedisHa\Site\Page;

use Psr\Http\Message\ServerRequestInterface;
use TYPO3\CMS\Core\Attribute\AsAllowedCallable;

/** When this page was made: the time of its entry in the cache. */
final class Made
{
    #[AsAllowedCallable]
    public function show(string $content, array $settings, ServerRequestInterface $request): string
    {
        $page = $request->getAttribute('routing')?->getPageId();

        return sprintf('<p id="made">page %d made at %.6F</p>', $page, microtime(true));
    }
}
