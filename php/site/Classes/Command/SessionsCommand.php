<?php

declare(strict_types=1);

namespace RedisHa\Site\Command;

use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;
use TYPO3\CMS\Core\Session\SessionManager;

/** Core removes old sessions at random, when somebody logs in; Redis keeps them for ever otherwise. */
final class SessionsCommand extends Command
{
    private const DAY_S = 86400;

    public function __construct(private readonly SessionManager $sessions)
    {
        parent::__construct();
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        foreach (['BE', 'FE'] as $kind) {
            $settings = $GLOBALS['TYPO3_CONF_VARS'][$kind];
            $backend = $this->sessions->getSessionBackend($kind);
            if ($backend->getAll() !== []) {
                $longest = max((int)($settings['sessionTimeout'] ?? 0), (int)($settings['lifetime'] ?? 0), self::DAY_S);
                $backend->collectGarbage($longest, (int)($settings['sessionDataLifetime'] ?? self::DAY_S));
            }
        }

        return self::SUCCESS;
    }
}
