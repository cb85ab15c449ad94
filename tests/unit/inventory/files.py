"""A complete inventory in a file, and what is said of one that is not."""

from pathlib import Path

NODES = """
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
FINE = f"""
[redis]
min_replicas_to_write = 1

[sentinel]
quorum = 2
{NODES}"""


def written(folder: Path, text: str) -> str:
    path = folder / "mine.toml"
    path.write_text(text)
    return str(path)
