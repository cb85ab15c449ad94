"""Whether hardware virtualisation works here: found out by booting a kernel with it.

The device exists and firmware runs on hosts where a kernel does not: those that are themselves
virtual, under a hypervisor that passes on less than it says.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from redis_ha import proc, state
from redis_ha.errors import RedisHaError

DEVICE = Path("/dev/kvm")
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
BOOTED = "Kernel panic - not syncing: VFS"
"""What a kernel says that came as far as looking for a root file system, and has none."""
PROBE_S = 15
"""With KVM a kernel takes a second or two to get there."""
QEMU = ("qemu-system-x86_64", "-machine", "q35,accel=kvm", "-cpu", "host", "-m", "256")
BARE = ("-nodefaults", "-display", "none", "-serial", "stdio", "-no-reboot")


@dataclass(frozen=True)
class Kvm:
    """What was found.

    Args:
        why: what the finding rests on, for people.
    """

    works: bool
    why: str

    @property
    def driver(self) -> str:
        """Return libvirt's word for what runs the machines."""
        return "kvm" if self.works else "qemu"


def find(kernels: Sequence[Path]) -> Kvm:
    """Return what is known of this machine since its boot, found out where nothing is.

    Args:
        kernels: tried with it; the first that can be read is taken.
    """
    if not os.access(DEVICE, os.R_OK | os.W_OK):
        exists = "is not for this user" if DEVICE.exists() else "does not exist"
        return Kvm(False, f"{DEVICE} {exists}")
    kernel = next((each for each in kernels if os.access(each, os.R_OK)), None)
    if kernel is None:
        return Kvm(True, f"{DEVICE} is there; no kernel to try it with")
    note = state.STATE / "kvm.json"
    boot = BOOT_ID.read_text(encoding="utf-8").strip()
    known = json.loads(note.read_text(encoding="utf-8")) if note.exists() else {}
    if known.pop("boot", None) == boot:
        return Kvm(**known)
    found = probe(kernel)
    state.STATE.mkdir(mode=0o700, exist_ok=True)
    state.write_private(note, json.dumps({"boot": boot, **asdict(found)}))
    return found


def probe(kernel: Path) -> Kvm:
    """Boot a kernel with KVM, without a disk, and see how far it comes."""
    lines: list[str] = []
    words = ("-kernel", str(kernel), "-append", "console=ttyS0 panic=-1")
    try:
        result = proc.run(
            *QEMU, *BARE, *words, check=False, timeout_s=PROBE_S, on_line=lines.append
        )
    except RedisHaError as error:  # no such program, or it did not end
        return Kvm(False, str(error))
    if any(BOOTED in line for line in lines):
        return Kvm(True, "a kernel boots with it")
    said = [line for line in [*lines, *result.stderr.splitlines()] if "rror" in line]
    return Kvm(False, f"a kernel does not boot with it: {(said or ['it ended at once'])[0]}")
