"""The tasks of this environment; `./inv` shows them."""

from redis_ha.cli import namespace

ns = namespace()
