"""Addresses of sites on other machines, as people type them."""

import pytest

from redis_ha.errors import RedisHaError
from redis_ha.typo3 import far
from redis_ha.typo3.far import Far

GOOD = {
    "ssh://web.example/srv/site": Far("web.example", "/srv/site"),
    "ssh://ops@web.example:2222/srv/site/": Far("web.example", "/srv/site/", "ops", 2222),
    "ssh://Shop/srv/a%20b": Far("Shop", "/srv/a b"),
    "ssh://a%40b@[::1]:22/": Far("::1", "/", "a@b", 22),
    "ssh://10.0.0.1/it's; $HOME": Far("10.0.0.1", "/it's; $HOME"),
}


@pytest.mark.parametrize(("address", "place"), GOOD.items(), ids=GOOD)
def test_an_address_is_read(address: str, place: Far) -> None:
    assert far.read(address) == place


def test_it_is_shown_as_ssh_names_it() -> None:
    assert [str(each) for each in GOOD.values()] == [
        *("web.example", "ops@web.example:2222", "Shop", "a@b@::1:22", "10.0.0.1")
    ]


@pytest.mark.parametrize(
    "address",
    [
        *("ssh://", "ssh://web.example", "ssh:///srv/site", "ssh://ops@/srv/site"),
        *("ssh://web.example:0/srv", "ssh://web.example:65536/srv", "ssh://web.example:a/srv"),
        *("ssh://-oProxyCommand=touch/srv", "ssh://ops@-v/srv", "ssh://a b/srv"),
        *("ftp://web.example/srv", "ssh://web.example/%00", "ssh://[::1/srv"),
    ],
)
def test_anything_else_is_none(address: str) -> None:
    with pytest.raises(RedisHaError, match=r"not an address such as ssh://\[USER@\]HOST"):
        far.read(address)


def test_a_password_is_not_taken_and_not_repeated() -> None:
    with pytest.raises(RedisHaError, match="OpenSSH takes keys") as caught:
        far.read("ssh://ops:of-nobody@web.example/srv/site")
    assert "of-nobody" not in str(caught.value)
