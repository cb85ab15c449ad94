"""What a file that its server rewrites should hold: what is rendered, learned, and others' own."""

from collections.abc import Collection, Iterable, Sequence

from redis_ha.services import directives
from redis_ha.services.directives import LEARNED, MONITOR, Key


def merge(wanted: str, current: str | None, known: str = "", kept: Sequence[str] = ()) -> str:
    """Return what the file should hold: itself when nothing differs, else `wanted`.

    What is unmanaged stays: above what is rendered where it stood there, for of two lines the
    later one counts, else below.

    Args:
        known: what a Sentinel is told in the beginning; later what it learned is carried over.
        kept: unmanaged lines that the file may have lost, or never had.
    """
    held = current or ""
    own = _own(wanted, held)
    others = _with(own, kept)
    is_same = directives.adopted(wanted) == directives.adopted(held) and others == own
    if current and is_same and not directives.differences(wanted, current):
        return current
    masters = {*directives.parse(wanted)}
    learned = [line for line in held.splitlines() if _keep(line, masters)]
    if learned and _moved(wanted, held):  # the new master is among the replicas of the old one
        told = [line for line in known.splitlines() if _is_replica(line)]
        learned = [line for line in learned if not _is_replica(line)] + told
    above = [line for line, is_above in others if is_above]
    below = [line for line, is_above in others if not is_above]
    return _text(above) + wanted + (_text(learned) or known) + _text(below)


def lines(wanted: str, current: str, kept: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the unmanaged lines of a file, as they stand there; `kept` as in `merge`."""
    return tuple(line for line, _ in _with(_own(wanted, current), kept))


def put_back(before: str, after: str, included: str = "", *, but: Collection[str] = ()) -> str:
    """Return a file that its server has rewritten, with the lines of before that it had not read.

    What it has added of an included file goes again: it would count before that from now on.

    They stand where the server has what it runs with instead, else at the end. Users that it knows
    are its own to say, as is the address of a master that a Sentinel watches. With a file of users
    that it has not read yet none may be in this one: it would not start.

    Args:
        included: the text of the files that it includes.
        but: settings that the server is to be believed.
    """
    elsewhere = directives.parse(included).keys() - directives.parse(before).keys()
    held = directives.parse(after)
    lost = {
        each.key
        for each in directives.differences(before, after)
        if each.wanted is not None and each.key[0] not in but and each.key[:2] != MONITOR
        if not (each.key[0] == directives.USER and each.key in held)
    }
    rows: dict[Key | None, list[str]] = {}
    for line in before.splitlines():
        if (key := directives.of_line(line)) in lost:
            rows.setdefault(key, []).append(line)
    found: list[str] = []
    for line in after.splitlines():
        key = directives.of_line(line)
        is_user = key and key[0] == directives.USER
        if key in elsewhere or (is_user and ("aclfile",) in lost):
            continue
        found += rows.pop(key, []) if key in lost else [line]
    return _text([*found, *(line for each in rows.values() for line in each)])


def _own(wanted: str, current: str) -> list[tuple[str, bool]]:
    """Return the unmanaged lines, each with whether it stands above all that is rendered."""
    others, is_above = directives.unmanaged(wanted, current), True
    found = []
    for line in current.splitlines():
        if (key := directives.of_line(line)) in others:
            found.append((line.strip(), is_above))
        elif key:
            is_above = False
    return found


def _with(own: list[tuple[str, bool]], kept: Iterable[str]) -> list[tuple[str, bool]]:
    """Return lines with those to keep in place of others about the same."""
    wanted: dict[Key | None, list[str]] = {}
    for line in kept:
        wanted.setdefault(directives.of_line(line), []).append(line)
    held: dict[Key | None, list[str]] = {}
    for line, _ in own:
        held.setdefault(directives.of_line(line), []).append(line)
    lost = {key: found for key, found in wanted.items() if held.get(key) != found}
    return [
        *(each for each in own if directives.of_line(each[0]) not in lost),
        *((line, False) for found in lost.values() for line in found),
    ]


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _moved(wanted: str, current: str) -> bool:
    """Say whether a master that both files watch has another address now."""
    ours, theirs = directives.parse(wanted), directives.parse(current)
    watched = [key for key in ours if key[:2] == MONITOR and key in theirs]
    return any(ours[key][0][:2] != theirs[key][0][:2] for key in watched)


def _is_replica(line: str) -> bool:
    return line.split()[1] in ("known-replica", "known-slave")


def _keep(line: str, masters: set[Key]) -> bool:
    key = directives.of_line(line)
    if key is None or key[:2] not in LEARNED:
        return False
    return not key[2:] or (*MONITOR, *key[2:]) in masters
