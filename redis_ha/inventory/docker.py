"""The table of the provider `docker`."""

from ipaddress import IPv4Network

from redis_ha.values import table


@table
class Docker:
    """The compose network. A subnet wider than /24 is a pool: each checkout takes a /24 of it."""

    subnet: IPv4Network = IPv4Network("10.213.0.0/16")
