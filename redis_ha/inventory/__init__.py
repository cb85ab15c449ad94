"""The topology as data: one TOML file per environment, validated before anything is touched."""

from redis_ha.inventory.node import NodeSpec
from redis_ha.inventory.reading import load
from redis_ha.inventory.sources import INVENTORIES
from redis_ha.inventory.topology import Inventory

__all__ = ["INVENTORIES", "Inventory", "NodeSpec", "load"]
