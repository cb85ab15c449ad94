"""A complete inventory in a file, and what is said of one that is not."""

from pathlib import Path

FINE = """
[redis]
min_replicas_to_write = 1

[sentinel]
quorum = 2

[[nodes]]
name = "redis1"
host = 11
roles = ["redis"]
priority = 50
sentinels = [26379]

[[nodes]]
name = "redis2"
host = 12
roles = ["redis"]
priority = 75
sentinels = [26379]
"""


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text)
    return str(path)
