"""What a frail machine has: a small disk of its own, and disks and clocks that can go amiss.

The disk is a tmpfs, for which root is needed; the rest is a C library put before the system's own
(tools/faults/amiss.c), for which a compiler is needed.
"""

import mmap
import os
import shutil
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("amiss.c")
#: What the library reads: three numbers of the machine's long.
TOLD = struct.Struct("lll")


class NotFrail(Exception):
    """The machine allows no mounts, or has no compiler; the message says why."""


@dataclass(frozen=True)
class Amiss:
    """What the disk and the clock of some processes do amiss."""

    library: Path
    file: Path

    @property
    def environ(self) -> dict[str, str]:
        """What has to stand in the environment of those processes."""
        return {"LD_PRELOAD": str(self.library), "AMISS": str(self.file)}

    def say(self, *, late_ms: int = 0, failing: bool = False, ahead: int = 0) -> None:
        """Let each sync take `late_ms` longer or fail, and the clock be `ahead` seconds.

        It holds from now on, for processes that run and such as start.
        """
        with self.file.open("r+b") as opened:
            opened.write(TOLD.pack(late_ms, failing, ahead))


@dataclass(frozen=True)
class Frail:
    """A frail machine."""

    disk: Path
    amiss: Amiss

    @property
    def _filler(self) -> Path:
        return self.disk / "filler"

    def fill(self, left: int = 0) -> None:
        """Leave only so many bytes of room on the disk."""
        room = shutil.disk_usage(self.disk).free - left
        with self._filler.open("ab") as filler:
            while room > 0:
                try:
                    room -= os.write(filler.fileno(), bytes(min(room, mmap.PAGESIZE * 16)))
                except OSError:
                    # whoever else writes took it
                    return

    def empty(self) -> None:
        """Make room again."""
        self._filler.unlink(missing_ok=True)


@contextmanager
def frail(folder: Path, megabytes: int) -> Iterator[Frail]:
    """Make a disk and what can go amiss in `folder`. Raises NotFrail."""
    disk, library, file = folder / "disk", folder / "amiss.so", folder / "amiss"
    disk.mkdir()
    file.write_bytes(TOLD.pack(0, 0, 0))
    _run("cc", "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl")
    _run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "antrean", disk)
    try:
        yield Frail(disk, Amiss(library, file))
    finally:
        # lazily, should somebody still write
        subprocess.run(["umount", "-l", disk], check=True)


def _run(*command: str | Path) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        said = getattr(error, "stderr", "") or error
        raise NotFrail(f"{command[0]}: {said}".strip()) from error
