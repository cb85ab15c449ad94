"""Commands and logs of the nodes."""

from tests.contract.inv import Inv


def test_a_command_arrives_on_every_node_as_it_was_typed(inv: Inv) -> None:
    said = inv("run", "--", "printf", "%s|", "a b", "$HOME", "it's")
    assert said.status == 0, said.err
    assert [line.split("│", 1)[1].strip() for line in said.out.splitlines()] == [
        "a b|$HOME|it's|"
    ] * 4


def test_a_command_that_fails_is_status_1_with_the_nodes(inv: Inv) -> None:
    said = inv("run", "--node", "redis1", "--", "false")
    assert said.status == 1
    assert said.error == "redis-ha: `false` failed on redis1 (status 1)"


def test_logs_of_all_nodes_are_one_stream_in_order_of_time(inv: Inv) -> None:
    said = inv("logs.sentinel", "--lines", "20")
    assert said.status == 0
    lines = [line.split() for line in said.out.splitlines()]
    stamps = [" ".join(words[2:6]) for words in lines if words[1].endswith(":X")]
    assert stamps == sorted(stamps)
    assert {words[0] for words in lines} == {"redis1", "redis2", "redis3"}
