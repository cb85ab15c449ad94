"""Say what an inventory may hold."""

import sys

from redis_ha.cli.console import print_json
from redis_ha.cli.group import Group
from redis_ha.cli.task import task


@task(Group.DEVELOPMENT, help={"keys": "a table of all keys instead, as Markdown"})
def schema(keys: bool = False) -> None:
    """Print the JSON Schema of an inventory, for editors."""
    from redis_ha.inventory import keys as table
    from redis_ha.inventory import schema as made

    if keys:
        sys.stdout.write(table.markdown())
    else:
        print_json(made.schema())
