"""The whole environment at one moment, as data: who is master, who follows, what Sentinels say."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from redis_ha.version import Version

IN_SYNC_BYTES = 1 << 20
"""How far behind a replica may be and still count as in sync: a moment of heavy writing."""

WATCHED = ("quorum", "down-after-milliseconds", "failover-timeout")
"""What every Sentinel must be set to alike, by its name in SENTINEL MASTER."""


@dataclass(frozen=True)
class Refusal:
    """What a server refuses, in words after its name.

    Args:
        passes: it may be over by itself within seconds.
    """

    says: str
    passes: bool = False


@dataclass(frozen=True)
class Denial:
    """What the Sentinels' user may not do on a Redis.

    Args:
        rule: the ACL rule that would allow it.
        is_unknown: nobody may, for the server knows no such command: it is renamed.
    """

    user: str
    command: str
    rule: str
    is_unknown: bool = False


@dataclass(frozen=True)
class Stranger:
    """A server that a Sentinel counts and the inventory does not have.

    Args:
        kind: `replica` or `Sentinel`.
        address: with its port; port 0 where it told none.
        lives: the Sentinel reaches it.
        priority: of a replica that the Sentinel reaches; 0 is never promoted.
    """

    kind: str
    address: str
    lives: bool
    priority: int = 0


@dataclass(frozen=True)
class RedisView:
    """One Redis as it describes itself; offsets in bytes of the replication stream.

    Args:
        role: `master`, `replica`, `down` where nobody answers, `unknown` where it does and
            refuses to say.
        priority: of the inventory.
        running_priority: with which it runs; None where it does not say.
        server: the product that `version` is one of, Redis or Valkey.
        refusal: what it refuses, in a sentence that names it.
        stays_refused: nothing but a change will end that.
        busy_s: for how long a script or function has run at least, where it answers nothing else.
        denials: what Sentinels may not do there.
        refused_login_s: how long ago it refused a login, None where it remembers none.
        serves: the addresses, with ports, of those that replicate from it.
        settings: with which it runs, as CONFIG GET has them, passwords among them; none where it
            may not be asked.
        users: its ACL users as ACL LIST has them, hashes of passwords among them.
        info: all that INFO says.
    """

    name: str
    address: str
    role: str
    port: int
    priority: int
    link: str | None = None
    offset: int | None = None
    lag_bytes: int | None = None
    version: str | None = None
    server: str | None = None
    follows: str | None = None
    is_syncing: bool = False
    running_priority: int | None = None
    refusal: str | None = None
    stays_refused: bool = False
    busy_s: float | None = None
    denials: tuple[Denial, ...] = ()
    refused_login_s: float | None = None
    serves: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    users: tuple[str, ...] = field(default=(), repr=False, compare=False)
    info: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def is_down(self) -> bool:
        """Say whether it does not answer."""
        return self.role == "down"

    @property
    def ails(self) -> bool:
        """Say whether it does not answer, or refuses what clients or Sentinels need."""
        return self.is_down or self.refusal is not None

    @property
    def runs(self) -> Version | None:
        """Return the server that it is, None where it does not answer."""
        return Version(self.server, self.version) if self.server and self.version else None

    @property
    def is_in_sync(self) -> bool:
        """Say whether this is a replica with all, or all but the last moment's, data."""
        return self.link == "up" and not self.is_syncing and (self.lag_bytes or 0) <= IN_SYNC_BYTES


UNREACHED = frozenset({"s_down", "disconnected"})
"""The flags of a server that a Sentinel does not reach."""


@dataclass(frozen=True)
class SeenServer:
    """One server as a Sentinel sees it.

    Args:
        node: which it is, None where the inventory has none at this address.
        flags: Sentinel's, such as `slave`, `s_down`, `disconnected`.
        unheard_s: how long ago it last answered a PING, in seconds.
    """

    node: str | None
    address: str
    port: int
    flags: tuple[str, ...]
    unheard_s: float = 0.0

    @property
    def is_usable(self) -> bool:
        """Say whether the Sentinel can work with it: it answers, on connections that stand."""
        return not UNREACHED & set(self.flags)


@dataclass(frozen=True)
class SentinelView:
    """What one Sentinel says of the environment's master.

    Args:
        myid: by which the others count it.
        settings: those of `WATCHED` with which it runs; times in ms.
        master_seen: the master as this one sees it; the other two likewise.
        refused_login_s: how long ago it refused a login, None where it remembers none.
        error: why it says nothing, in a sentence that names it.
        refusal: the same where it answers and refuses.
        replicas: those of the inventory, with the priorities that it has read.
        strangers: what else it knows.
        running: the settings with which it runs, as SENTINEL MASTER and SENTINEL CONFIG GET have
            them, passwords among them.
        users: as in `RedisView`.
    """

    node: str
    port: int
    master: str | None
    quorum_ok: bool
    epoch: int = -1
    replicas: tuple[tuple[str, int], ...] = ()
    known_sentinels: int = 0
    is_in_tilt: bool = False
    error: str | None = None
    refusal: str | None = None
    myid: str | None = None
    settings: Mapping[str, int] = field(default_factory=dict)
    master_seen: SeenServer | None = None
    replicas_seen: tuple[SeenServer, ...] = ()
    peers_seen: tuple[SeenServer, ...] = ()
    refused_login_s: float | None = None
    strangers: tuple[Stranger, ...] = ()
    running: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    users: tuple[str, ...] = field(default=(), repr=False, compare=False)

    @property
    def name(self) -> str:
        return f"{self.node}:{self.port}"

    @property
    def servers_seen(self) -> tuple[SeenServer, ...]:
        """Return the master and the replicas as it sees them."""
        return tuple(filter(None, (self.master_seen, *self.replicas_seen)))

    @property
    def peers(self) -> dict[str, bool]:
        """Return the other Sentinels of the inventory that it knows: whether it reaches them."""
        return {f"{each.node}:{each.port}": each.is_usable for each in self.peers_seen if each.node}

    @property
    def known_replicas(self) -> int:
        """Return how many replicas it knows, strangers among them."""
        return len(self.replicas) + sum(each.kind == "replica" for each in self.strangers)


@dataclass(frozen=True)
class Snapshot:
    """All nodes and Sentinels, asked at the same time.

    Args:
        watched: what the inventory has for the settings of `WATCHED`.
    """

    nodes: tuple[RedisView, ...]
    sentinels: tuple[SentinelView, ...]
    quorum: int
    watched: Mapping[str, int] = field(default_factory=dict)

    @property
    def masters(self) -> list[RedisView]:
        return [view for view in self.nodes if view.role == "master"]

    @property
    def master(self) -> str | None:
        """Return the one master's name, None when there is none or more than one."""
        return self.masters[0].name if len(self.masters) == 1 else None

    @property
    def replicas(self) -> list[RedisView]:
        return [view for view in self.nodes if view.role == "replica"]

    @property
    def versions(self) -> dict[str, Version]:
        """Return what runs on the nodes whose Redis answers, by name."""
        return {view.name: view.runs for view in self.nodes if view.runs}

    def replicas_of(self, view: SentinelView) -> tuple[tuple[str, int], ...]:
        """Return the replicas and priorities that a Sentinel should know."""
        others = [node for node in self.nodes if node.name != view.master]
        return tuple(sorted((node.name, node.priority) for node in others))

    @property
    def voted_master(self) -> str | None:
        """Return the node that more than half of all Sentinels name as master, None without one."""
        votes = Counter(view.master for view in self.sentinels if view.master)
        return next(
            (name for name, count in votes.items() if 2 * count > len(self.sentinels)), None
        )

    def named_master(self) -> str | None:
        """Return the master by the Sentinels with the newest configuration, then by majority."""
        told = [view for view in self.sentinels if view.master]
        newest = max((view.epoch for view in told), default=-1)
        votes = Counter(view.master for view in told if view.epoch == newest)
        return votes.most_common(1)[0][0] if votes else None

    def agreeing(self) -> list[SentinelView]:
        """Return the Sentinels that may act for all: the newest configuration, and no TILT.

        Those that see a quorum come first.
        """
        named = self.named_master()
        newest = max((view.epoch for view in self.sentinels if view.master), default=-1)
        agree = [
            view
            for view in self.sentinels
            if named and (view.master, view.epoch, view.is_in_tilt) == (named, newest, False)
        ]
        return sorted(agree, key=lambda view: not view.quorum_ok)
