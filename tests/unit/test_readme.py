"""README.md names what there is."""

import re

from redis_ha.faults import FAULTS
from redis_ha.render import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_every_fault_is_in_the_table_of_faults() -> None:
    table = README.partition("| fault | what happens |")[2].partition("\n\n")[0]
    named = {word for row in table.splitlines() for word in re.findall(r"`([a-z-]+)`", row[:60])}
    assert named - {"master", "minority", "one"} >= set(FAULTS)
