<?php

declare(strict_types=1);

namespace RedisHa\Site\Content;

use TYPO3\CMS\Core\Crypto\PasswordHashing\PasswordHashFactory;

/** Who logs in: an editor besides the admin of the set-up, and a visitor; each has the password that is told. */
final class Accounts
{
    private const OF_GROUP = [
        'title' => 'Editors',
        'db_mountpoints' => Pages::HOME,
        'groupMods' => 'web_layout,web_list,records,content',
        'tables_select' => 'pages,tt_content',
        'tables_modify' => 'pages,tt_content',
        'pagetypes_select' => '1',
        'explicit_allowdeny' => 'tt_content:CType:text',
    ];
    private const OF_EDITOR = ['usergroup' => '1', 'admin' => 0, 'options' => 3];
    /** Table and name, by the name of the password. */
    private const OF = [
        'admin' => ['be_users', 'BE'],
        'editor' => ['be_users', 'BE'],
        'visitor' => ['fe_users', 'FE'],
    ];

    public function __construct(
        private readonly Rows $rows,
        private readonly PasswordHashFactory $hashes,
    ) {
    }

    /**
     * @param array<string, string> $passwords by name
     * @param bool $isKnown whether accounts that are there have them, and no hash is looked at
     */
    public function make(#[\SensitiveParameter] array $passwords, bool $isKnown): int
    {
        $visitors = ['pid' => Pages::VISITORS, 'title' => 'Visitors'];
        $made = $this->rows->make('be_groups', 1, ['pid' => 0] + self::OF_GROUP)
            + $this->rows->make('fe_groups', 1, $visitors);
        foreach (self::OF as $name => [$table, $kind]) {
            $made += $this->account($table, $kind, $name, $passwords[$name], $isKnown);
        }

        return $made;
    }

    private function account(
        string $table,
        string $kind,
        string $name,
        #[\SensitiveParameter] string $password,
        bool $isKnown,
    ): int {
        $held = $this->rows->column($table, 'password', ['username' => $name, 'deleted' => 0]);
        if (is_string($held) && ($isKnown || $this->isOf($held, $kind, $password))) {
            return 0;
        }
        $hash = $this->hashes->getDefaultHashInstance($kind)->getHashedPassword($password);
        if (is_string($held)) {
            return $this->rows->update($table, ['password' => $hash], ['username' => $name]);
        }
        $own = $kind === 'FE' ? ['pid' => Pages::VISITORS, 'usergroup' => '1'] : ['pid' => 0] + self::OF_EDITOR;
        $now = time();
        $row = ['username' => $name, 'password' => $hash, 'tstamp' => $now, 'crdate' => $now];

        return $this->rows->insert($table, $row + $own);
    }

    private function isOf(string $hash, string $kind, #[\SensitiveParameter] string $password): bool
    {
        try {
            return $this->hashes->get($hash, $kind)->checkPassword($password, $hash);
        } catch (\Exception) { // a kind of hash that this version has no more
            return false;
        }
    }
}
