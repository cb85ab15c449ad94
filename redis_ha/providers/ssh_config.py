"""What `vagrant ssh-config` says: how to log in to each machine."""

from pathlib import Path

from redis_ha.providers import Ssh


def parse(text: str, known_hosts: Path) -> dict[str, Ssh]:
    """Return the way into each machine by name.

    Args:
        known_hosts: where the keys of the machines are; Vagrant itself checks none.
    """
    blocks = (block.splitlines() for block in f"\n{text}".split("\nHost ")[1:])
    return {name: _ssh(dict(map(_setting, lines)), known_hosts) for name, *lines in blocks}


def _setting(line: str) -> tuple[str, str]:
    word, _, value = line.strip().partition(" ")
    return word, value.strip('"')


def _ssh(settings: dict[str, str], known_hosts: Path) -> Ssh:
    return Ssh(
        settings["HostName"],
        settings["User"],
        Path(settings["IdentityFile"]),
        known_hosts,
        int(settings["Port"]),
    )
