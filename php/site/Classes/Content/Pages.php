<?php

declare(strict_types=1);

namespace RedisHa\Site\Content;

/** The pages of the site with their texts. Their numbers are fixed: programs ask for them. */
final class Pages
{
    public const HOME = 1;
    public const NOW = 2;
    public const MEMBERS = 3;
    public const VISITORS = 4;
    /** The first of the stories is one more, page and text alike. */
    private const STORIES = 10;
    private const HOW_MANY = 20;
    private const PAGE = 1;
    private const FOLDER = 254;
    /** Admins own them; editors may show, edit and fill them. */
    private const RIGHTS = ['perms_userid' => 1, 'perms_user' => 31, 'perms_groupid' => 1, 'perms_group' => 31];
    private const TEMPLATE = "@import 'EXT:redis_ha_site/Configuration/TypoScript/%s.typoscript'";

    public function __construct(private readonly Rows $rows)
    {
    }

    public function make(): int
    {
        $made = $this->page(self::HOME, 'Home', '/', 0, ['is_siteroot' => 1])
            + $this->page(self::NOW, 'Now', '/now')
            + $this->page(self::MEMBERS, 'Members', '/members')
            + $this->page(self::VISITORS, 'Visitors', '/visitors', self::HOME, ['doktype' => self::FOLDER])
            + $this->text(self::HOME, self::HOME, 'Home')
            + $this->rows->make('tt_content', self::MEMBERS, $this->content(self::MEMBERS, 'felogin_login', 'Login'))
            + $this->rows->make('sys_template', 1, [
                'pid' => self::HOME,
                'title' => 'redis-ha',
                'root' => 1,
                'clear' => 3,
                'constants' => sprintf(self::TEMPLATE, 'constants'),
                'config' => sprintf(self::TEMPLATE, 'setup'),
            ]);
        for ($number = 1; $number <= self::HOW_MANY; $number++) {
            $uid = self::STORIES + $number;
            $made += $this->page($uid, "Story $number", "/story-$number") + $this->text($uid, $uid, "Story $number");
        }

        return $made;
    }

    /** @param array<string, mixed> $more */
    private function page(int $uid, string $title, string $slug, int $under = self::HOME, array $more = []): int
    {
        $row = ['pid' => $under, 'title' => $title, 'slug' => $slug, 'doktype' => self::PAGE, 'sorting' => $uid * 16];

        return $this->rows->make('pages', $uid, $more + $row + self::RIGHTS);
    }

    private function text(int $uid, int $page, string $header): int
    {
        $row = $this->content($page, 'text', $header) + ['bodytext' => '<p>Version 0</p>'];

        return $this->rows->make('tt_content', $uid, $row);
    }

    /** @return array<string, mixed> */
    private function content(int $page, string $kind, string $header): array
    {
        return ['pid' => $page, 'CType' => $kind, 'header' => $header, 'colPos' => 0, 'sorting' => 16];
    }
}
