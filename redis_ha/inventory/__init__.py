"""The topology as data: one TOML file per environment, validated before anything is touched."""

from redis_ha.inventory.node import Node
from redis_ha.inventory.reading import INVENTORIES, load, parse
from redis_ha.inventory.topology import Inventory

__all__ = ["INVENTORIES", "Inventory", "Node", "load", "parse"]
