<?php

declare(strict_types=1);

namespace RedisHa\Load\Typo3;

use RedisHa\Load\Answer;
use RedisHa\Load\Form;
use RedisHa\Load\Jar;
use RedisHa\Load\Question;
use RedisHa\Secret;

/** TYPO3's backend in the eyes of one editor's browser: the way in, and the form of a record. */
final class Backend
{
    private const DOOR = '/typo3/';
    private const USER = 'editor';
    private const LOGGED_OUT = '~/typo3/login|typo3-login-form~';
    private const LIST = '~/typo3/module/(?:web|content)/layout\?token=[0-9a-f]+~';
    private const EDIT = '~/typo3/record/edit\?token=[0-9a-f]+~';
    private readonly Jar $jar;
    private string $next = self::DOOR;
    private ?Form $login = null;
    private string $edit = '';

    /** @param int $page the one that the editor looks at first */
    public function __construct(private readonly Secret $password, private readonly int $page)
    {
        $this->jar = new Jar();
    }

    /** Say whether records can be opened. */
    public function isIn(): bool
    {
        return $this->edit !== '';
    }

    /** Return the next step of the way in. */
    public function approach(): Question
    {
        if ($this->login === null) {
            return $this->asked($this->next);
        }
        $filled = ['username' => self::USER, 'userident' => $this->password->reveal()] + $this->login->values;

        return $this->asked($this->login->action, $filled);
    }

    /** Take what came of a step; say whether it was one. */
    public function approached(Answer $answer): bool
    {
        $this->jar->take($answer);
        [$login, $this->login] = [$this->login, null];
        if ($login !== null) {
            $where = self::path($answer->header('Location'));
            $isIn = str_starts_with($answer->status, '30') && !preg_match(self::LOGGED_OUT, $where);
            $this->next = $isIn ? $where : self::DOOR;

            return $isIn;
        }
        $page = html_entity_decode($answer->body);
        if ($answer->status === '200' && preg_match(self::EDIT, $page, $found)) {
            $this->edit = $found[0];
        } elseif ($answer->status === '200' && preg_match(self::LIST, $page, $found)) {
            $this->next = "{$found[0]}&id={$this->page}";
        } elseif (($this->login = Form::with('userident', $answer->body)) === null) {
            $this->next = self::DOOR;

            return false;
        }

        return true;
    }

    /** Ask for the form of a text. */
    public function open(int $record): Question
    {
        return $this->asked("{$this->edit}&edit%5Btt_content%5D%5B{$record}%5D=edit&returnUrl=%2Ftypo3%2F");
    }

    /** Return the form that came; null for none. */
    public function form(int $record, Answer $answer): ?Form
    {
        $this->jar->take($answer);

        return $answer->status === '200' ? Form::with(self::text($record), $answer->body) : null;
    }

    /** Send a form with another text. */
    public function save(int $record, Form $form, string $text): Question
    {
        $filled = [self::text($record) => "<p>{$text}</p>", 'doSave' => '1', '_savedok' => '1'] + $form->values;

        return $this->asked($form->action, $filled);
    }

    /** Return where a form that was sent leads to, which then shows what was saved; null for nowhere. */
    public function moved(Answer $answer): ?Question
    {
        $this->jar->take($answer);
        $isMoved = in_array($answer->status, ['302', '303'], true) && !$this->isOut($answer);

        return $isMoved ? $this->asked(self::path($answer->header('Location'))) : null;
    }

    /** Say whether the backend knows the editor no more; the next step is at its door then. */
    public function isOut(Answer $answer): bool
    {
        $seen = $answer->status === '200' ? $answer->body : $answer->header('Location');
        if (!preg_match(self::LOGGED_OUT, $seen)) {
            return false;
        }
        [$this->edit, $this->next] = ['', self::DOOR];

        return true;
    }

    /** @param ?array<string, string> $form */
    private function asked(string $path, ?array $form = null): Question
    {
        return new Question($path, $this->jar->header(), $form, self::DOOR);
    }

    private static function text(int $record): string
    {
        return "data[tt_content][{$record}][bodytext]";
    }

    private static function path(string $location): string
    {
        return preg_replace('~^https?://[^/]+~', '', $location) ?: self::DOOR;
    }
}
