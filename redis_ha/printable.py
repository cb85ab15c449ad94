"""Text from elsewhere, fit for a line of a terminal."""

LONGEST = 80
"""Characters of a value that an error repeats: enough to find it by."""


def printable(text: str, kept: str = "") -> str:
    r"""Return a text in which nothing steers a terminal: a line break is shown as `\n`.

    What is shown by its number instead is all that has no form of its own: controls of terminals,
    marks that turn the direction of writing, bytes that are no text.

    Args:
        kept: characters that stay as they are all the same.
    """
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() or each in kept else _shown(each) for each in text)


def _shown(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def short(text: str) -> str:
    """Return a text in one line, its end left out where it is long."""
    line = " ".join(text[: 2 * LONGEST].split())
    return line if len(line) <= LONGEST and len(text) <= 2 * LONGEST else f"{line[:LONGEST]}…"
