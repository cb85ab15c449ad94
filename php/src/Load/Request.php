<?php

declare(strict_types=1);

namespace RedisHa\Load;

/** A page that is being asked for; nothing waits for it. */
final class Request
{
    private const LONGEST = 30.0;
    public readonly float $askedAt;
    public readonly mixed $stream;
    private string $toSend;
    private string $received = '';
    private ?Answer $answer = null;

    public function __construct(string $address, int $port, Question $question)
    {
        $this->askedAt = Channel::now();
        $flags = STREAM_CLIENT_CONNECT | STREAM_CLIENT_ASYNC_CONNECT;
        $this->stream = @stream_socket_client("tcp://{$address}:{$port}", $code, $why, self::LONGEST, $flags);
        $this->toSend = $question->text('localhost');
        if ($this->stream === false) {
            $this->end(Answer::none($this->askedAt, 'refused'));
        } else {
            stream_set_blocking($this->stream, false);
        }
    }

    public function isSending(): bool
    {
        return $this->toSend !== '';
    }

    /** Go on as far as is possible now; return the answer once it is there. */
    public function step(): ?Answer
    {
        if ($this->answer === null && $this->isSending()) {
            $this->send();
        }
        if ($this->answer === null) {
            $this->receive();
        }
        if ($this->answer === null && Channel::now() - $this->askedAt > self::LONGEST) {
            $this->end(Answer::none($this->askedAt, 'no answer within 30 s'));
        }

        return $this->answer;
    }

    public function abandon(string $why): Answer
    {
        return $this->end(Answer::none($this->askedAt, $why));
    }

    private function send(): void
    {
        $sent = @fwrite($this->stream, $this->toSend);
        if ($sent === false) {
            $this->end(Answer::none($this->askedAt, 'refused'));
        } else {
            $this->toSend = substr($this->toSend, $sent);
        }
    }

    private function receive(): void
    {
        $this->received .= (string) @fread($this->stream, 65536);
        if (feof($this->stream)) {
            $this->end(
                $this->isSending()
                    ? Answer::none($this->askedAt, 'refused')
                    : Answer::read($this->askedAt, $this->received),
            );
        }
    }

    private function end(Answer $answer): Answer
    {
        if (is_resource($this->stream)) {
            fclose($this->stream);
        }

        return $this->answer = $answer;
    }
}
