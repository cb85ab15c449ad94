"""redis_ha/faults/power.py: the orders of a cold start."""

from itertools import permutations

from redis_ha.faults.power import permutation


def test_the_first_order_is_the_given_one_and_each_comes_once() -> None:
    orders = [tuple(permutation("abcd", number)) for number in range(24)]
    assert orders == list(permutations("abcd"))


def test_after_the_last_order_comes_the_first() -> None:
    assert permutation("abc", 6) == permutation("abc", 0) == ["a", "b", "c"]


def test_nobody_has_an_order_of_his_own() -> None:
    assert permutation("", 3) == []
