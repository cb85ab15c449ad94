"""The command `vagrant`: run on one environment, its output kept, its errors shortened."""

import os
from dataclasses import dataclass
from pathlib import Path

from redis_ha import proc
from redis_ha.errors import ProviderError
from redis_ha.providers import Tell
from redis_ha.providers.vagrant_words import complaint, progress
from redis_ha.render import PROJECT

FOLDER = PROJECT / "vagrant"
"""Where the Vagrantfile is."""
UP_S = 3600


@dataclass(frozen=True)
class VagrantCommand:
    """One environment of Vagrant's.

    Args:
        dot: where Vagrant keeps what it made.
        log: takes everything that it says.
    """

    dot: Path
    log: Path

    def run(
        self, *words: str, told: Path, tell: Tell | None = None, timeout_s: float = UP_S
    ) -> str:
        """Run a command, and return what it prints.

        Args:
            told: what the Vagrantfile reads of the machines.
            tell: takes its progress.

        Raises:
            ProviderError: it failed; the message has the line that matters, and where the rest is.
            CommandFailed: it did not end in time.
        """
        settings = {
            "VAGRANT_DOTFILE_PATH": str(self.dot),
            "VAGRANT_CHECKPOINT_DISABLE": "1",
            "REDIS_HA_MACHINES": str(told),
        }
        with self.log.open("a", buffering=1, encoding="utf-8") as log:
            log.write(f"$ vagrant {' '.join(words)}\n")

            def take(line: str) -> None:
                log.write(f"{line}\n")
                if tell and (news := progress(line)):
                    tell(news)

            environment = {**os.environ, **settings}
            result = proc.run(
                *("vagrant", *words),
                cwd=FOLDER,
                env=environment,
                check=False,
                timeout_s=timeout_s,
                on_line=take,
            )
            log.write(result.stderr)
        if not result.ok:
            said = complaint(result.stderr or result.stdout)
            raise ProviderError(f"vagrant: {said} ({self.log})")
        return result.stdout

    def ids(self, kind: str) -> dict[str, str]:
        """Return the hypervisor's own name of each machine that was made, by Vagrant's."""
        found = {}
        for path in self.dot.glob(f"machines/*/{kind}/id"):
            if text := path.read_text(encoding="utf-8").strip():
                found[path.parent.parent.name] = text
        return found

    def kinds(self) -> set[str]:
        """Return Vagrant's names of the hypervisors that machines were made with."""
        return {path.parent.name for path in self.dot.glob("machines/*/*/id")}
