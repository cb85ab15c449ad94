from pathlib import Path

from redis_ha.providers import Ssh
from redis_ha.providers.ssh_config import parse
from redis_ha.render import PROJECT

RECORDED = PROJECT / "tests" / "golden" / "vagrant" / "ssh-config.txt"
KNOWN = Path("/state/known_hosts")
FORWARDED = """\
Host redis1
  HostName 127.0.0.1
  User vagrant
  Port 2222
  UserKnownHostsFile /dev/null
  IdentityFile "/home/some body/vagrant/.vagrant/machines/redis1/virtualbox/private_key"
"""


def test_what_vagrant_says_of_libvirt_machines_is_the_way_into_each() -> None:
    ways = parse(RECORDED.read_text(encoding="utf-8"), KNOWN)
    assert list(ways) == ["redis1", "redis2", "redis3", "web1"]
    machines = Path("/srv/redis-ha/vagrant/.vagrant/machines")
    assert ways["redis2"] == Ssh(
        "192.168.121.146", "vagrant", machines / "redis2/libvirt/private_key", KNOWN, 22
    )


def test_a_forwarded_port_and_a_path_with_spaces_are_understood() -> None:
    way = parse(FORWARDED, KNOWN)["redis1"]
    assert (way.address, way.port) == ("127.0.0.1", 2222)
    assert way.key == Path(
        "/home/some body/vagrant/.vagrant/machines/redis1/virtualbox/private_key"
    )


def test_no_machine_is_no_way() -> None:
    assert parse("", KNOWN) == {}
