"""Servers with a part of one core and 1 GiB of memory, by control groups (version 1, as root)."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from benchmarks.servers import Server

GROUPS = Path("/sys/fs/cgroup")
#: Microseconds in which the share of a core is given.
PERIOD = 20_000
MEMORY = 2**30
_numbers = count(1)


@contextmanager
def narrow(share: float) -> Iterator[tuple[Path, Path]]:
    """Make control groups for processor and memory; yield their folders."""
    name = f"antrean-{os.getpid()}-{next(_numbers)}"
    processor, memory = (GROUPS / kind / name for kind in ("cpu", "memory"))
    for folder in (processor, memory):
        folder.mkdir()
    try:
        (processor / "cpu.cfs_period_us").write_text(str(PERIOD))
        (processor / "cpu.cfs_quota_us").write_text(str(int(PERIOD * share)))
        (memory / "memory.limit_in_bytes").write_text(str(MEMORY))
        yield processor, memory
    finally:
        # a process that has just ended may still be counted for a moment
        time.sleep(1)
        for folder in (processor, memory):
            folder.rmdir()


class NarrowServer(Server):
    """A server that enters these groups before it runs."""

    def enter(self, groups: tuple[Path, Path]) -> None:
        """Let it be started within these groups from now on."""
        entering = " && ".join(f"echo $$ > {each}/cgroup.procs" for each in groups)
        self._command = ["sh", "-c", f'{entering} && exec "$@"', "sh", *self._command]


def throttled(group: Path) -> str:
    """Say how often the server wanted more than its share."""
    told = dict(line.split() for line in (group / "cpu.stat").read_text().splitlines())
    part = int(told["nr_throttled"]) / max(int(told["nr_periods"]), 1)
    return f"periods in which it wanted more than its share: {part:.0%}"
