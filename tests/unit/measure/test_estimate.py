"""Estimates are as close to the truth as they say, and say so honestly."""

import random

import pytest

from redis_ha.measure.estimate import FEWEST, Sample

KEYS = 20_000


def sampled(sizes: list[int]) -> Sample:
    """Take keys as a look does: until it is precise."""
    sample = Sample()
    for size in sizes:
        sample.seen += 1
        if not sample.is_precise:
            sample.add(size, -1)
    return sample


@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
def test_an_estimate_lies_within_its_error_of_the_full_count(spread: float) -> None:
    within = 0
    for seed in range(10):
        chance = random.Random(seed)
        sizes = [int(1000 * chance.lognormvariate(0, spread)) for _ in range(KEYS)]
        sample = sampled(sizes)
        found = sample.estimate()
        assert FEWEST <= sample.measured < KEYS / 2
        assert found.keys == KEYS
        assert found.error < 0.035
        assert found.size == pytest.approx(sum(sizes), rel=0.05)
        within += abs(found.size / sum(sizes) - 1) <= found.error
    assert within >= 8


def test_few_keys_are_all_measured_and_known_exactly() -> None:
    found = sampled([10, 1000, 90]).estimate()
    assert (found.keys, found.size, found.error, found.measured) == (3, 1100, 0, 3)


def test_an_index_is_measured_to_its_end_however_alike_its_keys_seem() -> None:
    sample = Sample(is_index=True)
    for size in [100] * 5000 + [5_000_000]:
        sample.seen += 1
        assert not sample.is_precise
        sample.add(size, -1)
    assert sample.estimate().size == 5_500_000


def test_where_only_some_names_were_read_the_number_of_keys_is_an_estimate() -> None:
    sample = sampled([100] * 5000)
    found = sample.estimate(share=0.5)
    assert found.keys == 10_000
    assert found.size == pytest.approx(1_000_000)
    assert 0.01 < found.error < 0.03
    assert sample.estimate().error == 0


def test_keys_without_a_time_to_live_are_told_apart() -> None:
    sample = Sample(seen=8)
    for size, ttl_ms in ((100, -1), (300, 1000), (300, 3000), (300, 9000)):
        sample.add(size, ttl_ms)
    found = sample.estimate()
    assert (found.lasting, found.lasting_size, found.ttl_s) == (2, 200, 3.0)
    assert found.lasting_share == 0.25


def test_what_was_not_measured_comes_to_nothing() -> None:
    assert Sample(seen=3).estimate().size == 0
