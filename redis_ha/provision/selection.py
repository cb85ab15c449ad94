"""Which roles a command is about, and whether they can be had here."""

from collections.abc import Callable

from redis_ha import roles
from redis_ha.errors import NotAgreed
from redis_ha.nodes.environment import Environment
from redis_ha.roles.role import CONFIGURE, Role


def required() -> list[Role]:
    """Return the roles that nothing works without."""
    return [role for role in roles.registry().values() if not role.optional]


def optional(environment: Environment) -> list[Role]:
    """Return the roles of an environment that all else can do without."""
    return [
        role
        for role in roles.registry().values()
        if role.optional and environment.nodes_with(role.name)
    ]


def together_with(name: str) -> list[Role]:
    """Return a role with those that share its script: one run of it serves them all."""
    chosen = roles.registry()[name]
    shared = chosen.configure != CONFIGURE
    return [
        role
        for role in roles.registry().values()
        if role is chosen or (shared and role.configure == chosen.configure)
    ]


def divided(environment: Environment) -> tuple[list[Role], dict[str, str]]:
    """Return the roles that can be had here, and why others cannot, by what people call them.

    Of roles that make one thing together the first tells why it is not there.
    """
    chosen, missing = required(), dict[str, str]()
    for role in optional(environment):
        if why := obstacle(environment, role):
            missing.setdefault(role.optional, why)
        else:
            chosen.append(role)
    return chosen, missing


def possible(environment: Environment) -> list[Role]:
    """Return every role but those that cannot be had here."""
    return divided(environment)[0]


def obstacle(environment: Environment, role: Role) -> str | None:
    """Return why a role cannot be had here, None where nothing is in the way."""
    if not environment.nodes_with(role.name):
        return f"no node of `{environment.topology.name}` has the role {role.name}"
    own = roles.capability("provision", role.name, "obstacle")
    return own(environment) if own else None


Agreed = Callable[[str], bool]
"""Says whether people agree to what a change takes from them."""


def nobody_agrees(what: str) -> bool:
    """Agree to nothing: there is nobody to be asked."""
    del what
    return False


def require_consent(environment: Environment, role: Role, agreed: Agreed) -> None:
    """Have people agree to what a role's change takes from them.

    Raises:
        NotAgreed: they do not.
    """
    own = roles.capability("provision", role.name, "consent")
    what = own(environment) if own and environment.nodes_with(role.name) else None
    if what and not agreed(what):
        raise NotAgreed(f"{what}; `--yes` says that this is meant")
