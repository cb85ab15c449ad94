"""Hashes of passwords that stay the same from run to run."""

from functools import cache

import bcrypt

ROUNDS = 10
"""Of bcrypt, 2 to the power of it: OWASP's least. Each provision checks the hash once."""


@cache
def kept(password: str, known: str) -> str:
    """Return a bcrypt hash of the password: the one that is known, if it is of this one.

    A hash is another one each time; made anew on every run it would be a change on every run.
    """
    try:
        if bcrypt.checkpw(password.encode(), known.encode()):
            return known
    except ValueError:
        pass  # it is no hash
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(ROUNDS)).decode()
