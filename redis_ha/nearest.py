"""The word that somebody may have meant."""

from collections.abc import Iterable
from difflib import get_close_matches

LIKE = 0.7
"""How much two words have to have in common, from 0 to 1. With difflib's own 0.6 `port` would be
asked about as `priority`."""


def hint(word: str, known: Iterable[str]) -> str:
    """Return a question about the known word that is nearest, empty where none is near."""
    found = get_close_matches(word, list(known), n=1, cutoff=LIKE)
    return f" (did you mean `{found[0]}`?)" if found else ""


def unknown(what: str, word: str, known: Iterable[str], there: str = "there are") -> str:
    """Return a line about a word that is none of those that are known.

    Args:
        what: what kind of word it should be, such as `fault`.
    """
    names = list(known)
    return f"no {what} `{word}`{hint(word, names)}; {there} {', '.join(names)}"
