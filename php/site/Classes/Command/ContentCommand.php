<?php

declare(strict_types=1);

namespace RedisHa\Site\Command;

use RedisHa\Site\Content\Accounts;
use RedisHa\Site\Content\Pages;
use RedisHa\Site\Content\Rows;
use RedisHa\Site\Content\Tasks;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Makes what of this site is not there yet, and says how much that was; what is there stays. */
final class ContentCommand extends Command
{
    public function __construct(
        private readonly Rows $rows,
        private readonly Pages $pages,
        private readonly Accounts $accounts,
        private readonly Tasks $tasks,
    ) {
        parent::__construct();
    }

    protected function configure(): void
    {
        $this->addOption('check', null, InputOption::VALUE_NONE, 'Make nothing, and say how much is missing')
            ->addOption('known', null, InputOption::VALUE_NONE, 'The passwords are those of the last time');
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $this->rows->isCheck = (bool)$input->getOption('check');
        $passwords = json_decode((string)stream_get_contents(STDIN), true, 2, JSON_THROW_ON_ERROR);
        $made = $this->pages->make()
            + $this->accounts->make($passwords, (bool)$input->getOption('known'))
            + $this->tasks->make();
        $output->writeln((string)$made);

        return self::SUCCESS;
    }
}
