<?php

declare(strict_types=1);

namespace RedisHa\Site\Page;

use Psr\Http\Message\ServerRequestInterface;
use TYPO3\CMS\Core\Attribute\AsAllowedCallable;

/** Who is logged in, and how often he came: a counter in his frontend session. */
final class Visitor
{
    private const COUNTER = 'redis_ha_site_counter';

    #[AsAllowedCallable]
    public function show(string $content, array $settings, ServerRequestInterface $request): string
    {
        $user = $request->getAttribute('frontend.user');
        if (!isset($user->user['uid'])) {
            return '<p id="visitor" data-user="">Nobody is logged in.</p>';
        }
        $counter = 1 + (int)$user->getKey('ses', self::COUNTER);
        $user->setKey('ses', self::COUNTER, $counter);
        $name = htmlspecialchars((string)$user->user['username']);

        return "<p id=\"visitor\" data-user=\"$name\" data-counter=\"$counter\">$name was here $counter times.</p>";
    }
}
