from redis_ha.endpoint import endpoint


def test_an_address_of_ipv6_ends_before_its_port() -> None:
    assert endpoint("10.0.0.1", 6379) == "10.0.0.1:6379"
    assert endpoint("redis1.example", 6379) == "redis1.example:6379"
    assert endpoint("fd00::1", 6379) == "[fd00::1]:6379"
