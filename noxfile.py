"""Every check and every suite: the same sessions here and in GitHub Actions."""

import json
import os
import sys
from pathlib import Path

import nox

from redis_ha.cli import turns
from redis_ha.cli.sessions import APART, TAGS, without_provider

nox.needs_version = ">=2026.10"
nox.options.default_venv_backend = "none"  # suites run in the locked .venv that nox runs in
nox.options.error_on_external_run = True
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["lint", "unit", "shell"]

PYTHON = sys.executable
REPORTS = Path("reports")
KINDS = ("*.sh", "*.bash", "*.bats")
SCRIPTS = [
    "inv",
    ".ci/run",
    *sorted(str(path) for kind in KINDS for path in Path().glob(f"[!.]*/**/{kind}")),
]
PROVIDERS = [
    nox.param("local", id="local", tags=["local"]),
    nox.param("docker", id="docker", tags=["docker"]),
    nox.param("vagrant", id="vagrant", tags=["vagrant"]),
]
OWN = [nox.param(each, id=each, tags=[each, APART]) for each in ("local", "docker")]
"""For suites that bring up an environment of their own."""
SITES = (12, 13, 14)
"""The versions of TYPO3, an inventory each."""
NIGHTLY = [nox.param(each, id=each, tags=["nightly"]) for each in ("local", "docker", "vagrant")]


@nox.session(venv_backend="virtualenv", reuse_venv=True, tags=["source"])
def lint(session: nox.Session) -> None:
    """Style, types, layers, shell scripts, workflows, documentation."""
    session.install("-q", "--require-hashes", "-r", "requirements/lint.txt", silent=True)
    with turns.shared():
        session.run("ruff", "check")
        session.run("ruff", "format", "--check")
        session.run("mypy")
        session.run("lint-imports", "--no-cache", env={"PYTHONPATH": "."})
        session.run("shellcheck", "--external-sources", *SCRIPTS)
        session.run("shfmt", "--diff", *SCRIPTS)
        session.run("actionlint")
        session.run("zizmor", "--offline", "--quiet", ".github")
        session.run("rumdl", "check", "--quiet", ".")
    session.run("pytest", "--quiet", "tests/lint")


@nox.session(tags=["source"])
def unit(session: nox.Session) -> None:
    """The library by itself, doubles allowed."""
    _pytest(session, "tests/unit", "unit")


@nox.session(tags=["nightly"])
def anything(session: nox.Session) -> None:
    """What `unit` does with some hundred made-up inventories and lines, with many more."""
    files = ("tests/unit/inventory/test_any_inventory.py", "tests/unit/cli/test_any_line.py")
    _pytest(session, files[0], "anything", files[1], "--hypothesis-profile=night", "--timeout=3000")


@nox.session(tags=["source"])
def shell(session: nox.Session) -> None:
    """The shell scripts, in bats."""
    REPORTS.mkdir(exist_ok=True)
    report = ("--report-formatter", "junit", "--output", str(REPORTS))
    name = {"BATS_REPORT_FILENAME": "junit-shell.xml"}
    with turns.shared():
        session.run("bats", *report, "tests/shell", external=True, env=name)


@nox.session(tags=["source"])
def php(session: nox.Session) -> None:
    """PHP's sessions under a real php-fpm and Redis: what an application sees when."""
    _pytest(session, "tests/php", "php")


@nox.session(tags=["source"])
def typo3(session: nox.Session) -> None:
    """TYPO3's settings, taken in by each version itself; left out where no source has it."""
    _pytest(session, "tests/typo3", "typo3")


@nox.session(tags=["vagrantfile"])
def vagrantfile(session: nox.Session) -> None:
    """The Vagrantfile as Vagrant reads it, for every inventory and hypervisor; no machine."""
    _pytest(session, "tests/vagrantfile", "vagrantfile")


@nox.session(tags=["source"])
def contract(session: nox.Session) -> None:
    """The commands from outside: exit statuses, JSON, one-line errors, on local processes."""
    _pytest(session, "tests/contract", "contract")


@nox.session(venv_backend="virtualenv", reuse_venv=True, tags=["source"])
def pages(session: nox.Session) -> None:
    """The report and the web node's page in Chromium: on a phone and a screen, light and dark."""
    _with_browser(session)
    _pytest(session, "tests/pages", "pages")


@nox.session
@nox.parametrize("provider", PROVIDERS)
def provision(session: nox.Session, provider: str) -> None:
    """A second run changes nothing, drift is found and mended, a failover is respected."""
    _suite(session, "provision", provider)


SETTINGS = tuple(f"tests/suites/test_{name}.py" for name in ("unmanaged", "directives", "keeping"))
"""Beside those that the inventory has keys for."""


@nox.session
@nox.parametrize("provider", [*OWN, PROVIDERS[-1]])
def settings(session: nox.Session, provider: str) -> None:
    """What servers run with is compared and set while they run; what others made is kept."""
    own = "--inventory=tests/suites/settings.toml"
    _suite(session, "settings", provider, own, *SETTINGS)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def sentinel(session: nox.Session, provider: str) -> None:
    """All Sentinels agree, see a quorum and know every replica."""
    _suite(session, "sentinel", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def ability(session: nox.Session, provider: str) -> None:
    """A set that looks healthy and could not fail over is called wrong, and mended."""
    _suite(session, "ability", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def write_and_read(session: nox.Session, provider: str) -> None:
    """What the master takes arrives on every replica."""
    _suite(session, "write_and_read", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def memory(session: nox.Session, provider: str) -> None:
    """What fills the memory: estimates beside a full count, on a replica alone."""
    _suite(session, "memory", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def benchmark(session: nox.Session, provider: str) -> None:
    """Throughput beside the vendor's configuration; reports, needs redis-benchmark."""
    _suite(session, "benchmark", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def failover(session: nox.Session, provider: str) -> None:
    """Kill and hang the master under a writer, account for every write."""
    _suite(session, "failover", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def faults(session: nox.Session, provider: str) -> None:
    """Every fault bites as it says and leaves nothing behind."""
    _suite(session, "faults", provider)


@nox.session
@nox.parametrize("provider", [OWN[0], NIGHTLY[1]])
def site(session: nox.Session, provider: str) -> None:
    """A TYPO3 site: set up, mended where that broke off, logged into. On docker for the night."""
    _suite(session, "site", provider, "--inventory=tests/suites/typo3-site.toml")


@nox.session
@nox.parametrize("provider", NIGHTLY[1:2])
def site_upgrades(session: nox.Session, provider: str) -> None:
    """A TYPO3 site from 12.4 to 13.4 to 14.3, asked for pages all the while. For the night."""
    _suite(session, "site_upgrades", provider, "--inventory=tests/suites/typo3-site.toml")


@nox.session(venv_backend="virtualenv", reuse_venv=True)
@nox.parametrize("provider", [OWN[0], nox.param("docker", id="docker", tags=["nightly"])])
def site_page(session: nox.Session, provider: str) -> None:
    """A TYPO3 site in Chromium: an edit is on its page, though the master is killed meanwhile."""
    _with_browser(session)
    _suite(session, "site_page", provider, "--inventory=site")


@nox.session
@nox.parametrize("version", [nox.param(each, id=str(each), tags=["nightly"]) for each in SITES])
def site_drills(session: nox.Session, version: int) -> None:
    """A real TYPO3 through kill, hang, both switchovers, and without any Redis. For the night."""
    where = f"--inventory=tests/suites/site-{version}.toml"
    _suite(session, "site_drills", "docker", where, "--rounds=3")


@nox.session
@nox.parametrize("provider", PROVIDERS)
def switchover(session: nox.Session, provider: str) -> None:
    """Change the master as planned, under a writer, without losing a write."""
    _suite(session, "switchover", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def proxy(session: nox.Session, provider: str) -> None:
    """The proxy under plain writers: kill, hang, switchover, starts, a reload, no majority."""
    _suite(session, "proxy", provider)


@nox.session
@nox.parametrize("provider", NIGHTLY)
def proxy_long(session: nox.Session, provider: str) -> None:
    """The proxy while all Redis is down for 40 s, and what it costs. For the night."""
    _suite(session, "proxy_long", provider)


@nox.session
@nox.parametrize("provider", NIGHTLY[1:])
def proxy_of_two(session: nox.Session, provider: str) -> None:
    """Two machines, one lost: the proxy leads to nobody, and all say so. For the night."""
    _suite(session, "proxy_of_two", provider, "--inventory=two-nodes")


@nox.session
@nox.parametrize("provider", PROVIDERS)
def clients(session: nox.Session, provider: str) -> None:
    """Clients that others wrote, with their defaults, write on after a switchover."""
    _suite(session, "clients", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def notification(session: nox.Session, provider: str) -> None:
    """Scripts of the operator's, run by Sentinels at a failover; and `events`."""
    _suite(session, "notification", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def killed(session: nox.Session, provider: str) -> None:
    """Commands that get SIGKILL: what they left is named, and put back by `up`."""
    _suite(session, "killed", provider)


@nox.session
@nox.parametrize("provider", OWN)
def refusals(session: nox.Session, provider: str) -> None:
    """What real servers refuse is told as that by every command, and is never silence."""
    _suite(session, "refusals", provider, "--inventory=tests/suites/refusals.toml")


@nox.session
@nox.parametrize("provider", OWN)
def sessions(session: nox.Session, provider: str) -> None:
    """PHP's sessions on two web nodes: visitors stay who they are, whatever becomes of Redis."""
    _suite(session, "sessions", provider, "--inventory=tests/suites/sessions.toml")


@nox.session
@nox.parametrize("provider", [*OWN, PROVIDERS[-1]])
def made_up_role(session: nox.Session, provider: str) -> None:
    """A role that only a folder of the tests declares does all that the product's own do."""
    _suite(session, "made_up_role", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS)
def web(session: nox.Session, provider: str) -> None:
    """The web node: pages, PHP, who may read what; a change reloads, a reboot brings all back."""
    _suite(session, "web", provider)


@nox.session
@nox.parametrize("provider", NIGHTLY[1:2])
def web_of_bookworm(session: nox.Session, provider: str) -> None:
    """The same on Debian 12. For the night."""
    _suite(session, "web", provider, "--inventory=tests/suites/bookworm.toml")


@nox.session(venv_backend="virtualenv", reuse_venv=True)
@nox.parametrize("provider", PROVIDERS)
def commander(session: nox.Session, provider: str) -> None:
    """The console in Chromium: who gets in, what it shows, and whether it follows a failover."""
    _with_browser(session)
    _suite(session, "commander", provider)


@nox.session(venv_backend="virtualenv", reuse_venv=True)
@nox.parametrize("provider", PROVIDERS)
def web_page(session: nox.Session, provider: str) -> None:
    """The web node's page in Chromium: who is master, through switchover, kill, hang, partition."""
    _with_browser(session)
    _suite(session, "web_page", provider)


@nox.session
@nox.parametrize("provider", PROVIDERS[1:])
def upgrade(session: nox.Session, provider: str) -> None:
    """Newer packages node by node, under a writer; a broken one stops at its node."""
    _suite(session, "upgrade", provider)


@nox.session
@nox.parametrize("provider", NIGHTLY)
def drill(session: nox.Session, provider: str) -> None:
    """Every fault in a row on one environment, with a report; `-- --rounds 3`. For the night."""
    _require(session, provider)
    where = ("--provider", provider)
    session.run("./inv", "up", *where, external=True)
    try:
        session.run("./inv", "drill", *where, *session.posargs, external=True)
    finally:
        session.run("./inv", "down", "--purge", *where, external=True)


@nox.session
@nox.parametrize("provider", NIGHTLY)
def killed_everywhere(session: nox.Session, provider: str) -> None:
    """The same at every entry of every command and fault. For the night."""
    _suite(session, "killed_everywhere", provider)


@nox.session
@nox.parametrize("provider", [nox.param("docker", id="docker", tags=["nightly"])])
def web_rounds(session: nox.Session, provider: str) -> None:
    """Visitors of the web node through ten rounds of each fault; `-- --rounds 3`. For the night."""
    _suite(session, "web_rounds", provider)


@nox.session
@nox.parametrize("provider", NIGHTLY[:2])
def planned_rounds(session: nox.Session, provider: str) -> None:
    """Planned work in series at full load; `-- --rounds 20`. For the night."""
    _suite(session, "planned_rounds", provider)


@nox.session
def speed(session: nox.Session) -> None:
    """How long the everyday commands take; `-- --provider docker --rounds 5`."""
    session.run(PYTHON, "benchmarks/speed.py", *session.posargs)


@nox.session
def matrix(session: nox.Session) -> None:
    """Print the sessions of CI as JSON; in GitHub Actions into the step's output."""
    words = ("--list-sessions", "--json", "--tags", *TAGS)
    listed = json.loads(str(session.run(PYTHON, "-m", "nox", *words, silent=True)))
    names = [each["session"] for each in listed]
    line = f"sessions={json.dumps(names)}\n"
    sys.stdout.write(line)
    if output := os.environ.get("GITHUB_OUTPUT"):
        with Path(output).open("a", encoding="utf-8") as file:
            file.write(line)


def _suite(session: nox.Session, name: str, provider: str, *flags: str) -> None:
    """Run a suite on a provider; `-- --keep` leaves the nodes it brought up.

    `--inventory=tests/suites/NAME.toml` gives it an environment of its own.
    """
    _require(session, provider)
    where = f"--provider={provider}"
    _pytest(session, f"tests/suites/test_{name}.py", f"{name}-{provider}", where, *flags)


def _require(session: nox.Session, provider: str) -> None:
    """Leave out, in words, what this machine has no nodes for; in CI that is an error."""
    if why := without_provider(provider):
        leave = session.error if os.environ.get("CI") == "true" else session.skip
        leave(why)


def _with_browser(session: nox.Session) -> None:
    """Bring what drives Chromium into the session, beside the locked packages."""
    session.install("-q", "--require-hashes", "-r", "requirements/browser.txt", silent=True)
    home = Path(session.virtualenv.location)
    session.env["PYTHONPATH"] = str(next(home.glob("lib/python*/site-packages")).resolve())


def _pytest(session: nox.Session, path: str, name: str, *flags: str) -> None:
    junit = f"--junitxml={REPORTS / f'junit-{name}.xml'}"
    session.run(PYTHON, "-m", "pytest", path, junit, *flags, *session.posargs, external=True)
