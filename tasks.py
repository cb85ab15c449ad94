"""The tasks of this environment; `invoke --list` shows them."""

from redis_ha.cli import namespace

ns = namespace()
