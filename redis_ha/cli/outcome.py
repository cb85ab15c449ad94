"""What a run of the checks came to, from the JUnit files that its sessions left."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree


@dataclass
class Outcome:
    """The cases of all sessions, and those that were left out, by reason."""

    passed: int = 0
    failed: list[str] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, case: ElementTree.Element, session: str) -> None:
        """Count a case."""
        name = f"{session}: {case.get('name')}"
        skipped = case.find("skipped")
        if skipped is not None:
            self.left_out[str(skipped.get("message"))].append(name)
        elif case.find("failure") is not None or case.find("error") is not None:
            self.failed.append(name)
        else:
            self.passed += 1

    def told(self) -> Iterator[str]:
        """Yield it in lines."""
        left_out = sum(map(len, self.left_out.values()))
        yield f"{self.passed} cases passed, {len(self.failed)} failed, {left_out} were left out"
        yield from (f"failed: {name}" for name in self.failed)
        for reason, names in self.left_out.items():
            yield f"left out: {reason}"
            yield from (f"  {name}" for name in names)


def of(reports: Path, since_s: float) -> Outcome:
    """Read the files that were written since a moment (seconds of the wall clock)."""
    found = Outcome()
    for path in sorted(reports.glob("junit-*.xml")):
        if path.stat().st_mtime >= since_s:
            for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314 - our own files
                found.add(case, path.stem.removeprefix("junit-"))
    return found
