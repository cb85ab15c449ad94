<?php

declare(strict_types=1);

namespace RedisHa\Site\Content;

use TYPO3\CMS\Core\Cache\Backend\RedisBackend;
use TYPO3\CMS\Core\Utility\GeneralUtility;
use TYPO3\CMS\Scheduler\Domain\Repository\SchedulerTaskRepository;
use TYPO3\CMS\Scheduler\Execution;
use TYPO3\CMS\Scheduler\Task\AbstractTask;
use TYPO3\CMS\Scheduler\Task\CachingFrameworkGarbageCollectionTask;
use TYPO3\CMS\Scheduler\Task\ExecuteSchedulableCommandTask;

/** What the scheduler does every night: garbage of the caches in Redis, and of sessions. */
final class Tasks
{
    private const TABLE = 'tx_scheduler_task';
    private const CACHES = 'redis-ha: garbage of caches';
    private const SESSIONS = 'redis-ha: garbage of sessions';
    private const COMMAND = 'site:sessions';
    /** A first run that is in the past when the task is stored would be put off until its next night. */
    private const SOON_S = 10;

    public function __construct(private readonly Rows $rows)
    {
    }

    public function make(): int
    {
        return $this->task(self::CACHES, '10 3 * * *', $this->ofCaches(...))
            + $this->task(self::SESSIONS, '20 3 * * *', $this->ofSessions(...));
    }

    /** @param callable(): array{AbstractTask, array<string, mixed>} $made the task, and what of a row 14 has for it */
    private function task(string $description, string $when, callable $made): int
    {
        if ($this->rows->column(self::TABLE, 'uid', ['description' => $description, 'deleted' => 0]) !== false) {
            return 0;
        }
        [$task, $row] = $made();
        $begins = time() + self::SOON_S;
        $repository = GeneralUtility::makeInstance(SchedulerTaskRepository::class);
        if (method_exists($repository, 'add')) {
            $task->setDescription($description);
            $task->registerRecurringExecution($begins, 0, 0, false, $when);

            return $this->rows->isCheck ? 1 : (int)$repository->add($task);
        }
        $execution = Execution::createRecurringExecution($begins, 0, cronCmd: $when)->toArray();
        $row += ['description' => $description, 'crdate' => time(), 'nextexecution' => $begins];

        return $this->rows->insert(self::TABLE, $row + ['execution_details' => $execution]);
    }

    /** @return array{AbstractTask, array<string, mixed>} */
    private function ofCaches(): array
    {
        $task = GeneralUtility::makeInstance(CachingFrameworkGarbageCollectionTask::class);
        $task->selectedBackends = [RedisBackend::class];

        return [$task, ['tasktype' => $task::class, 'cache_backends' => RedisBackend::class]];
    }

    /** @return array{AbstractTask, array<string, mixed>} */
    private function ofSessions(): array
    {
        $task = GeneralUtility::makeInstance(ExecuteSchedulableCommandTask::class);
        if (method_exists($task, 'setCommandIdentifier')) {
            $task->setCommandIdentifier(self::COMMAND);
        }
        $parameters = ['commandIdentifier' => self::COMMAND, 'arguments' => [], 'options' => [], 'optionValues' => []];

        return [$task, ['tasktype' => self::COMMAND, 'parameters' => $parameters]];
    }
}
