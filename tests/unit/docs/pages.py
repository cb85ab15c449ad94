"""The pages of the documentation, and what they say in code."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from redis_ha.render import PROJECT

MADE = {Path("docs/evidence/report.md")}
PARSER = MarkdownIt("commonmark").enable("table")
CELLS = re.compile(r"(?<!\\)\|")
COMMENT = re.compile(r"(^|\s{2,})#.*")


@dataclass(frozen=True)
class Page:
    """A page: where it is, and its Markdown."""

    name: str
    text: str

    @cached_property
    def tokens(self) -> list[Token]:
        return PARSER.parse(self.text)

    @property
    def spans(self) -> list[str]:
        """Return what stands between backticks."""
        inline = [child for token in self.tokens for child in token.children or ()]
        return [token.content for token in inline if token.type == "code_inline"]

    @property
    def lines(self) -> list[str]:
        """Return the lines of all blocks of code, without comments."""
        blocks = [token.content for token in self.tokens if token.type == "fence"]
        return [COMMENT.sub("", line) for block in blocks for line in block.splitlines()]

    @property
    def code(self) -> list[str]:
        """Return all code: spans and lines of blocks."""
        return [*self.spans, *self.lines]

    def rows(self, first: str) -> list[list[str]]:
        """Return the rows below the header of the table whose first column is called `first`."""
        table = self.text.partition(f"\n| {first} |")[2].partition("\n\n")[0]
        lines = [line for line in table.splitlines()[2:] if line.startswith("|")]
        return [[cell.strip() for cell in CELLS.split(line.strip("|"))] for line in lines]


def page(name: str) -> Page:
    """Return the page at a path inside the checkout."""
    return Page(name, (PROJECT / name).read_text(encoding="utf-8"))


def pages() -> list[Page]:
    """Return every page that people write; what is generated has tests of its own."""
    written = {path.relative_to(PROJECT) for path in (PROJECT / "docs").rglob("*.md")}
    return [page(str(name)) for name in ("README.md", "CONTRIBUTING.md", *sorted(written - MADE))]
