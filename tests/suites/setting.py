"""Redis and the Sentinels provisioned, and how they differ from what is rendered."""

from typing import Any

from redis_ha.nodes.environment import Environment
from redis_ha.provision import drift, provisioning, runtime
from redis_ha.provision.drift import FileDrift
from redis_ha.provision.steps import Step
from redis_ha.roles import redis, registry
from redis_ha.services import cluster
from redis_ha.services.client import ask, redis_of


def provisioned(
    environment: Environment, *, is_check: bool = False, in_place: bool = False
) -> tuple[list[str], list[str]]:
    """Provision Redis; return what changed, NODE STEP each, and what was told."""
    steps: list[Step] = []
    told: list[str] = []
    own = [registry()["redis"], registry()["sentinel"]]
    provisioning.provision(
        environment, own, steps.append, told.append, is_check=is_check, in_place=in_place
    )
    return [f"{step.node} {step.step}" for step in steps if step.result != "ok"], told


def servers(environment: Environment) -> list[FileDrift]:
    """Return how the files of Redis and Sentinels are, and what these run with."""
    found = drift.examine(environment).files
    return [file for file in found if file.path.startswith(f"{redis.FOLDER}/")]


def drifted(environment: Environment) -> list[str]:
    """Return the nodes on which one of them differs."""
    return sorted({each.node for each in servers(environment) if each.differences or each.running})


def changed(environment: Environment) -> list[str]:
    return [
        f"{each.node} {each.name}"
        for each in runtime.deviations(environment, cluster.look(environment))
    ]


def run_ids(environment: Environment) -> dict[str, str]:
    """Return by what each Redis is known until it restarts."""
    found = {}
    for node in environment.redis_nodes:
        with redis_of(environment, node) as client:
            found[node.name] = client.info("server")["run_id"]
    return found


def asked(environment: Environment, *words: str) -> list[Any]:
    """Return what each Redis answers."""
    found = []
    for node in environment.redis_nodes:
        with redis_of(environment, node) as client:
            found.append(ask(client, *words))
    return found
