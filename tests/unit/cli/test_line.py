"""What people type, in Invoke's words; and what nobody knows, with what was meant."""

import pytest

from redis_ha.errors import RedisHaError
from tests.unit.cli.lines import read


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("shell redis1", "shell --node redis1"),
        ("shell", "shell"),
        ("shell --provider local", "shell --provider local"),
        ("shell --provider local redis2", "shell --provider local --node redis2"),
        ("render redis2 --provider local", "render --node redis2 --provider local"),
        ("status", "status"),
        ("status --help", "status --help"),
        ("failover hang", "failover --fault hang"),
        ("failover hang redis2 --rounds 2", "failover --fault hang --target redis2 --rounds 2"),
        ("failover --fault hang redis2", "failover --fault hang --target redis2"),
        ("failover --load=0.5 hang", "failover --load 0.5 --fault hang"),
        ("drill kill,hang", "drill --faults kill,hang"),
        ("switchover redis2", "switchover --to redis2"),
        ("logs redis", "logs.redis"),
        ("logs redis --lines 5", "logs.redis --lines 5"),
        ("provision redis --check", "provision.redis --check"),
        ("provision", "provision"),
        ("engine install", "engine.install"),
        ("report reports/x", "report --from reports/x"),
        ("report compare a b", "report.compare --before a --after b"),
        ("report.compare a b", "report.compare --before a --after b"),
        ("report.compare --before a --after b", "report.compare --before a --after b"),
        ("judge -", "judge --folder -"),
        ("shell redis1 status", "shell --node redis1 status"),
        ("up failover down --purge", "up failover down --purge"),
        ("failover switchover", "failover --fault switchover"),
        ("failover switchover all", "failover --fault switchover --target all"),
        ("failover hang switchover", "failover --fault hang switchover"),
        ("failover --rounds 2 switchover", "failover --rounds 2 switchover"),
        ("drill switchover", "drill --faults switchover"),
        ("switchover status", "switchover status"),
        ("provision --check sentinel", "provision --check sentinel"),
        ("", ""),
    ],
)
def test_what_people_type_is_what_invoke_knows(typed: str, parsed: str) -> None:
    assert read(typed) == parsed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("stauts", "no task `stauts` (did you mean `status`?); `./inv` shows all"),
        ("zzz", "no task `zzz`; `./inv` shows all"),
        ("status redis1", "no task `redis1`; `./inv` shows all"),
        ("log redis", "no task `log` (did you mean `logs`?); `./inv` shows all"),
        (
            "logs",
            "`logs` needs a second word: redis or sentinel or commander or proxy or web or typo3",
        ),
        (
            "logs sentinels",
            "no `logs sentinels` (did you mean `sentinel`?); "
            "there are redis, sentinel, commander, proxy, web, typo3",
        ),
        (
            "failover --falut kill",
            "`failover` has no option `--falut` (did you mean `--fault`?); "
            "`./inv help failover` shows all",
        ),
        (
            "logs redis --colour",
            "`logs.redis` has no option `--colour`; `./inv help logs.redis` shows all",
        ),
        (
            "--provider local status",
            "no option `--provider` before a task; it comes after the task; `./inv` shows all",
        ),
        (
            "--hlep",
            "no option `--hlep` before a task (did you mean `--help`?); `./inv` shows all",
        ),
        ("failover --fault", "`--fault` needs a value: --fault FAULT"),
        ("failover hang --fault kill", "`--fault` is given twice"),
        ("status --json=yes", "`--json` takes no value"),
    ],
)
def test_what_nobody_knows_is_refused_with_what_was_meant(typed: str, said: str) -> None:
    with pytest.raises(RedisHaError) as error:
        read(typed)
    assert str(error.value) == said
