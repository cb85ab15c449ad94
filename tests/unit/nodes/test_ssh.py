import os
import socket
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from secrets import token_hex

import pytest

from redis_ha import inventory
from redis_ha.errors import CommandFailed, Unreachable, Unwritable
from redis_ha.nodes import marks
from redis_ha.nodes import ssh as nodes_ssh
from redis_ha.nodes.ssh import SshNode
from redis_ha.providers import Host, Ssh, keys
from tests.unit.builders import program
from tests.unit.nodes.sshd import served

AWKWARD = ("a b", "it's", '"quoted"', "$HOME", "`id`", "*", "", "back\\slash", "new\nline", "ä")


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[Ssh]:
    """Run a server whose key is known; its `sudo` tells that it was used."""
    _, host_key = keys.ensure(tmp_path / "host")
    keys.ensure(tmp_path / "login")
    program(tmp_path / "bin", "sudo", '[ "$1" = -n ] || exit 9; shift; SUDO=yes exec "$@"')
    environment = {
        "PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin",
        "TMPDIR": str(tmp_path),
        "LC_ALL": "C",
    }
    with served(tmp_path / "host", tmp_path / "login", environment) as port:
        known = tmp_path / "known_hosts"
        keys.write_known_hosts(known, {f"[127.0.0.1]:{port}": host_key})
        yield Ssh("127.0.0.1", "ops", tmp_path / "login", known, port)


def node_of(ssh: Ssh) -> SshNode:
    topology = inventory.load("default")
    spec = topology.node("redis1")
    return SshNode(Host(spec, "10.213.7.11", ssh), ssh, topology.processes(spec))


@pytest.fixture
def node(ssh: Ssh) -> Iterator[SshNode]:
    made = node_of(ssh)
    yield made
    made.close()


def test_a_known_host_takes_commands(node: SshNode) -> None:
    result = node.run("sh", "-c", "echo out; echo err >&2")
    assert (result.status, result.stdout, result.stderr) == (0, "out\n", "err\n")


def test_no_command_waits_for_the_one_before_to_be_confirmed(node: SshNode) -> None:
    node.run("true")
    sock = node._connection.transport.sock
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_unknown_host_key_is_rejected(ssh: Ssh) -> None:
    ssh.known_hosts.write_text("")
    node = node_of(ssh)
    with pytest.raises(Unreachable) as caught:
        node.run("true")
    node.close()
    message = str(caught.value)
    assert message.startswith(f"redis1: no SSH to ops@127.0.0.1:{ssh.port}: ")
    assert "not found in known_hosts" in message


def test_another_host_key_than_the_known_one_is_rejected(ssh: Ssh, tmp_path: Path) -> None:
    _, other = keys.ensure(tmp_path / "other")
    keys.write_known_hosts(ssh.known_hosts, {f"[127.0.0.1]:{ssh.port}": other})
    node = node_of(ssh)
    with pytest.raises(Unreachable, match=r"^redis1: no SSH to .* does not match"):
        node.run("true")
    node.close()


def test_another_login_key_is_refused(ssh: Ssh, tmp_path: Path) -> None:
    keys.ensure(tmp_path / "stranger")
    node = node_of(replace(ssh, key=tmp_path / "stranger"))
    with pytest.raises(Unreachable, match=r"^redis1: no SSH to ops@.*Authentication failed"):
        node.run("true")
    node.close()


def test_nobody_listening_is_unreachable(ssh: Ssh) -> None:
    node = node_of(replace(ssh, port=1))
    with pytest.raises(Unreachable, match=r"^redis1: no SSH to ops@127\.0\.0\.1:1: "):
        node.run("true")
    node.close()


def test_a_node_that_was_never_used_can_be_closed(tmp_path: Path) -> None:
    """Nothing of it may exist yet: the environment was not brought up."""
    node_of(Ssh("127.0.0.1", "ops", tmp_path / "no", tmp_path / "none")).close()


def test_the_users_own_ssh_configuration_has_no_say(
    node: SshNode, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/config").write_text("Host *\n  ProxyCommand false\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert node.run("true").ok


def test_arguments_arrive_as_they_are(node: SshNode) -> None:
    result = node.run("printf", "%s\\0", *AWKWARD)
    assert result.stdout.split("\0")[:-1] == list(AWKWARD)


def test_only_what_needs_it_runs_with_sudo(node: SshNode) -> None:
    assert node.run("sh", "-c", "echo $SUDO", sudo=True).stdout == "yes\n"
    assert node.run("sh", "-c", "echo $SUDO").stdout == "\n"


def test_a_failure_names_node_command_status_and_output(node: SshNode) -> None:
    with pytest.raises(CommandFailed, match=r"^redis1: `sh -c .*` ended with status 7: broken$"):
        node.run("sh", "-c", "echo fine; echo broken >&2; exit 7")
    assert node.run("false", check=False).status == 1


def test_a_command_that_takes_too_long_ends_on_the_node(node: SshNode, tmp_path: Path) -> None:
    pid = tmp_path / "pid"
    with pytest.raises(CommandFailed) as caught:
        node.run("sh", "-c", f"echo $$ >'{pid}'; exec sleep 20", timeout_s=0.2)
    assert caught.value.status == 124
    assert not Path(f"/proc/{pid.read_text().strip()}").exists()


def test_what_a_command_prints_is_told_line_by_line(
    node: SshNode, capfd: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []
    result = node.run("printf", "one\ntwo\n", on_line=told.append)
    assert told == ["one", "two"]
    assert result.stdout == "one\ntwo\n"
    assert capfd.readouterr() == ("", "")


def test_letters_of_several_bytes_arrive_whole(node: SshNode, tmp_path: Path) -> None:
    """Whatever the pieces are in which they come."""
    text = f"a{'ä→' * 5000}\n"
    file = tmp_path / "letters"
    file.write_text(text, encoding="utf-8")
    lines: list[str] = []
    assert node.run("cat", str(file), on_line=lines.append).stdout == text
    assert lines == [text.rstrip("\n")]
    assert node.run("sh", "-c", 'cat "$1" >&2', "-", str(file)).stderr == text
    assert node.read(str(file)) == {str(file): text}


def test_files_are_read_with_sudo_and_none_where_there_is_none(
    node: SshNode, tmp_path: Path
) -> None:
    assert node.path("/etc/redis") == "/etc/redis"
    one, link, none = (str(tmp_path / name) for name in ("a file", "link", "none"))
    Path(one).write_text("täxt\n")
    Path(link).symlink_to(one)
    assert node.read(one, none, link) == {one: "täxt\n", none: None, link: "täxt\n"}
    assert node.read(none) == {none: None}


def test_what_is_there_and_no_file_is_not_taken_for_none(node: SshNode, tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match=f"no file: {tmp_path}"):
        node.read(str(tmp_path))
    with pytest.raises(CommandFailed, match="Not a directory"):
        node.read("/etc/hostname/below")


def test_an_upload_is_private_laid_out_as_named_and_gone_in_the_end(node: SshNode) -> None:
    with node.upload({"a/b.sh": b"one", "c": b"\xff"}) as where:
        assert Path(where, "a/b.sh").read_bytes() == b"one"
        assert Path(where, "c").read_bytes() == b"\xff"
        assert stat.S_IMODE(Path(where).stat().st_mode) == 0o700
        assert stat.S_IMODE(Path(where, "c").stat().st_mode) == 0o600
    assert not Path(where).exists()


FULL = "No space left on device"


def test_an_upload_that_has_no_room_says_where_and_why(node: SshNode, tmp_path: Path) -> None:
    says = f"echo 'tar: a: Cannot write: {FULL}' >&2; echo 'tar: Exiting' >&2; exit 2"
    program(tmp_path / "bin", "tar", says)
    much = b"one" * (1 << 20)  # of which it reads nothing
    with pytest.raises(Unwritable) as caught, node.upload({"a": much}):
        pytest.fail("it is there")
    assert str(caught.value) == (
        f"redis1: cannot write /tmp: {FULL}; the same command goes on once that is mended"
    )


def test_an_upload_leaves_those_under_way_alone(node: SshNode) -> None:
    with node.upload({"a/b": b"one"}) as first:
        with node.upload({"c": b"two"}) as second:
            assert str(first) not in node.kept().uploads
        assert not Path(second).exists()
        assert Path(first, "a/b").read_bytes() == b"one"
    assert not Path(first).exists()


def test_a_large_upload_arrives_whole(node: SshNode) -> None:
    content = bytes(range(256)) * (1 << 14)
    with node.upload({"a": content, "b": b""}) as where:
        assert Path(where, "a").read_bytes() == content
        assert Path(where, "b").read_bytes() == b""


def test_the_command_line_checks_the_host_and_quotes_once(node: SshNode, ssh: Ssh) -> None:
    line = node.command_line("echo", "a b")
    assert line[0] == "ssh"
    assert line[-2:] == ("ops@127.0.0.1", "echo 'a b'")
    assert {"StrictHostKeyChecking=yes", f"UserKnownHostsFile={ssh.known_hosts}"} < set(line)
    assert line[line.index("-F") + 1] == os.devnull
    assert node.command_line()[-1] == "ops@127.0.0.1"


def test_scripts_need_no_flags_on_a_machine(node: SshNode) -> None:
    assert (node.provision_flags(), node.service_flags()) == ((), ())
    assert node.bind == ("127.0.0.1", "10.213.7.11")


def test_a_node_that_was_closed_is_connected_to_anew(node: SshNode) -> None:
    first = node._connection
    assert node.run("true").ok
    node.close()
    node.close()
    assert node.run("true").ok
    assert node._connection is not first


def test_a_tunnel_that_cannot_be_had_says_why(ssh: Ssh) -> None:
    ssh.known_hosts.write_text("")
    node = node_of(ssh)
    with (
        pytest.raises(Unreachable, match=r"^redis1: no tunnel to 127\.0\.0\.1:1: Host key verif"),
        node.forwarded("127.0.0.1", 1),
    ):
        pass
    node.close()


def test_tunnels_made_at_once_have_a_port_each(node: SshNode, ssh: Ssh) -> None:
    other = node_of(ssh)
    with (
        socket.create_server(("127.0.0.1", 0)) as service,
        ThreadPoolExecutor(2) as pool,
        ExitStack() as stack,
    ):
        address = service.getsockname()
        places = list(
            pool.map(lambda each: stack.enter_context(each.forwarded(*address)), (node, other))
        )
        assert len(set(places)) == 2
        for place in places:
            socket.create_connection(place).close()


def test_a_port_that_is_taken_meanwhile_is_not_the_tunnels(
    node: SshNode, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        taken = somebody.getsockname()[1]
        free = nodes_ssh._free_port
        monkeypatch.setattr(
            nodes_ssh, "_free_port", lambda wanted: free(0) if wanted == 0 else taken
        )
        with node.forwarded("127.0.0.1", 1) as (_, port):
            assert port != taken


def test_commands_that_begin_at_once_share_one_connection(node: SshNode) -> None:
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(lambda number: node.run("echo", str(number)), range(8)))
    assert [each.stdout for each in done] == [f"{number}\n" for number in range(8)]


def test_an_old_upload_is_told_and_goes_with_the_next_one(node: SshNode) -> None:
    names = [f"redis-ha.{token_hex(8)}" for _ in range(2)] + [f"redis-ha.{token_hex(8)}.own"]
    old, new, others = (Path(marks.UPLOADS, name) for name in names)
    for each in (old, new, others):
        each.mkdir(mode=0o700)
    for each in (old, others):
        os.utime(each, (0, 0))
    try:
        told = node.kept().uploads
        assert [each for each in (old, new, others) if str(each) in told] == [old]
        with node.upload({"a": b"one"}):
            pass
        assert [each.exists() for each in (old, new, others)] == [False, True, True]
    finally:
        for each in (new, others):
            each.rmdir()
