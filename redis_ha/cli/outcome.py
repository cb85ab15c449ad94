"""What a run of the checks came to, from the JUnit files that its sessions left."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from redis_ha import printable


@dataclass
class Tally:
    """The cases of all sessions, and those that were left out, by reason."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, case: ElementTree.Element, session: str) -> None:
        """Count a case."""
        name = f"{session}: {case.get('name')}"
        skipped = case.find("skipped")
        if skipped is not None:
            self.left_out[_first_line(skipped)].append(name)
        elif (said := case.find("failure")) is not None or (said := case.find("error")) is not None:
            self.failed.append(f"{name}: {printable.short(_first_line(said))}")
        else:
            self.passed += 1

    def told(self) -> Iterator[str]:
        """Yield it in lines, what failed last: it is what a reader looks for at the end."""
        for reason, names in self.left_out.items():
            yield f"left out: {reason}"
            yield from (f"  {name}" for name in names)
        left_out = sum(map(len, self.left_out.values()))
        yield f"{self.passed} cases passed, {len(self.failed)} failed, {left_out} were left out"
        yield from (f"failed: {name}" for name in self.failed)


def _first_line(said: ElementTree.Element) -> str:
    """Return what a case has to say in a line: pytest gives it a message, bats a text."""
    text = said.get("message") or said.text or ""
    return text.strip().partition("\n")[0]


def of(reports: Path, since_s: float) -> Tally:
    """Read the files that were written since a moment (seconds of the wall clock)."""
    found = Tally()
    for path in sorted(reports.glob("junit-*.xml")):
        if path.stat().st_mtime >= since_s:
            for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314 - our own files
                found.add(case, path.stem.removeprefix("junit-"))
    return found
