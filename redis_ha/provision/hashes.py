"""Hashes of passwords that stay the same from run to run."""

from functools import cache

import bcrypt

ROUNDS = 10
"""Of bcrypt, 2 to the power of it: OWASP's least. Each provision checks the hash once."""


def kept(password: str, known: str) -> str:
    """Return a bcrypt hash of the password: the one that is known, if it is of this one.

    A hash is another one each time; made anew on every run it would be a change on every run.
    """
    if _is_of(password, known):
        return known
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()


@cache
def _is_of(password: str, known: str) -> bool:
    try:
        return bcrypt.checkpw(password.encode(), known.encode())
    except ValueError:
        return False  # it is no hash
