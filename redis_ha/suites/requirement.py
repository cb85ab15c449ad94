"""What an environment requires of this machine, and whether it is there."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Requirement:
    """One thing that is there or not, as the doctor found it.

    Args:
        needed: whether the provider in use does not work without it.
        mend: the command that puts it there; empty when nothing is to be done.
    """

    name: str
    ok: bool
    detail: str
    needed: bool
    mend: str

    @property
    def is_blocking(self) -> bool:
        """Say whether the provider in use does not work because of it."""
        return self.needed and not self.ok

    def as_json(self) -> dict[str, Any]:
        """Return it as the record has it."""
        return {**asdict(self), "kind": "program"}
