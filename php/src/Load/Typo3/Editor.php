<?php

declare(strict_types=1);

namespace RedisHa\Load\Typo3;

use RedisHa\Load\Answer;
use RedisHa\Load\Client;
use RedisHa\Load\Form;
use RedisHa\Load\Question;
use RedisHa\Load\Row;

/** An editor who logs in once, changes one story after the other, and looks at each page afterwards. */
final class Editor implements Client
{
    private const NAME = 'typo3-editor-1';
    private const BACKEND = 'typo3-backend-1';
    private const READER = 'typo3-page-0';
    private string $step = 'approach';
    private int $story = 1;
    private int $number = 0;
    private int $asked = 0;
    private ?Form $form = null;
    private ?Question $moved = null;

    public function __construct(private readonly Stories $stories, private readonly Backend $backend)
    {
    }

    public function isReady(): bool
    {
        return true;
    }

    public function question(): Question
    {
        $this->asked++;
        if ($this->step !== 'look' && !$this->backend->isIn()) {
            $this->step = 'approach';
        }
        $record = $this->stories->record($this->story);

        return match ($this->step) {
            'approach' => $this->backend->approach(),
            'open' => $this->backend->open($record),
            'save' => $this->backend->save($record, $this->form, $this->text()),
            'follow' => $this->moved,
            'look' => new Question($this->stories->path($this->story)),
        };
    }

    public function answered(Answer $answer): array
    {
        return [match ($this->step) {
            'approach' => $this->approached($answer),
            'open' => $this->opened($answer),
            'save', 'follow' => $this->saved($answer),
            'look' => $this->looked($answer),
        }];
    }

    /** @return list<mixed> */
    private function approached(Answer $answer): array
    {
        $isStep = $this->backend->approached($answer);
        $this->step = $this->backend->isIn() ? 'open' : 'approach';

        return $this->ofBackend($answer, $isStep);
    }

    /** @return list<mixed> */
    private function opened(Answer $answer): array
    {
        $this->form = $this->backend->form($this->stories->record($this->story), $answer);
        if ($this->form === null) {
            return $this->ofBackend($answer, $this->backend->isOut($answer), 'logged out');
        }
        $this->step = 'save';
        $this->number++;

        return $this->ofBackend($answer, true);
    }

    /**
     * Take the answer to a form: what it shows is saved. Some versions lead to a page that shows it.
     *
     * @return list<mixed>
     */
    private function saved(Answer $answer): array
    {
        $this->moved = $this->backend->moved($answer);
        if ($this->moved !== null && $this->step === 'save') {
            $this->step = 'follow';

            return $this->ofBackend($answer, true);
        }
        $isSaved = $answer->shows($this->text());
        if ($isSaved) {
            $this->stories->acknowledge($this->story, $this->number);
        }
        $this->step = 'look';

        return Row::page(self::NAME, $this->text(), $answer, $isSaved);
    }

    /** @return list<mixed> */
    private function looked(Answer $answer): array
    {
        $isGood = $answer->shows(Reader::END);
        $known = $this->stories->known($this->story);
        $isOld = $isGood && $this->stories->shown($this->story, $answer->body) < $known;
        $this->story = $this->story % Stories::COUNT + 1;
        $this->step = 'open';

        return Row::page(self::READER, $this->key(self::READER), $answer, $isGood, $isOld ? 'old text' : '');
    }

    /** @return list<mixed> */
    private function ofBackend(Answer $answer, bool $isGood, string $error = ''): array
    {
        return Row::page(self::BACKEND, $this->key(self::BACKEND), $answer, $isGood, $error);
    }

    private function text(): string
    {
        return $this->stories->text($this->story, $this->number);
    }

    private function key(string $client): string
    {
        return "{$this->stories->prefix}:{$client}:{$this->asked}";
    }
}
