<?php

declare(strict_types=1);

namespace RedisHa\Load\Typo3;

use RedisHa\Load\Answer;
use RedisHa\Load\Client;
use RedisHa\Load\Form;
use RedisHa\Load\Jar;
use RedisHa\Load\Question;
use RedisHa\Load\Row;
use RedisHa\Secret;

/** One who logs in on the site and stays: the page for members counts in each session. */
final class Member implements Client
{
    private const PAGE = '/members';
    private const USER = 'visitor';
    private readonly Jar $jar;
    private ?Form $form = null;
    private bool $wasIn = false;
    private int $number = 0;
    private int $count = 0;

    public function __construct(
        private readonly string $prefix,
        private readonly int $which,
        private readonly Secret $password,
    ) {
        $this->jar = new Jar();
    }

    public function isReady(): bool
    {
        return true;
    }

    public function question(): Question
    {
        $this->number++;
        if ($this->form === null) {
            return new Question(self::PAGE, $this->jar->header());
        }
        $filled = ['user' => self::USER, 'pass' => $this->password->reveal()] + $this->form->values;

        return new Question($this->form->action, $this->jar->header(), $filled, self::PAGE);
    }

    public function answered(Answer $answer): array
    {
        $this->jar->take($answer);
        $wasAsked = $this->form === null;
        $this->form = null;
        $isGood = $answer->shows('data-user="') || (!$wasAsked && $answer->status === '303');
        $error = $isGood ? $this->seen($answer) : '';
        $name = "typo3-visitor-{$this->which}";

        return [Row::page($name, "{$this->prefix}:{$name}:{$this->number}", $answer, $isGood, $error)];
    }

    /** Look whose page it is; say what is wrong with that. */
    private function seen(Answer $answer): string
    {
        if (preg_match('/data-user="' . self::USER . '" data-counter="(\d+)"/', $answer->body, $found)) {
            [$before, $this->count] = [$this->count, (int) $found[1]];
            $wasIn = $this->wasIn;
            $this->wasIn = true;

            return $wasIn && $this->count <= $before ? 'counter went back' : '';
        }
        if ($answer->status !== '200') {
            return '';
        }
        [$wasIn, $this->wasIn, $this->count] = [$this->wasIn, false, 0];
        $this->form = Form::with('pass', $answer->body);

        return $wasIn ? 'logged out' : '';
    }
}
