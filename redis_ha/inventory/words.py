"""Words of the command line that no node can be called."""

TARGETS = ("master", "replica", "replicas", "one", "minority", "majority", "all")
"""What stands for nodes where a fault strikes."""
TASKS = (
    "benchmark",
    "ci",
    "diff",
    "doctor",
    "down",
    "drill",
    "events",
    "failover",
    "heal",
    "hosts",
    "judge",
    "memory",
    "provision",
    "render",
    "report",
    "reset-master",
    "restart",
    "run",
    "schema",
    "sentinel",
    "shell",
    "status",
    "switchover",
    "test",
    "up",
    "upgrade",
    "write-and-read",
)
"""What begins another command where a node's name may stand, as in `./inv shell NODE`."""
RESERVED = (*TARGETS, *TASKS, "help", "localhost")
