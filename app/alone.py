"""One process serves an installation, unless Redis tells several of each other's changes."""

import fcntl
import time
from pathlib import Path
from typing import IO

FILE = "serving.lock"
#: Seconds that a former process may take to end: a new one may be started before it has.
PATIENCE = 5.0


class ServedAlready(Exception):
    """Another process serves this installation, and its screens would not hear of this one's."""


def hold(folder: Path) -> IO[bytes]:
    """Be the process that serves `folder` for as long as the returned file is open.

    The system lets go of it however the process ends. Raises ServedAlready.
    """
    file = (folder / FILE).open("ab")
    end = time.monotonic() + PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() < end:
                time.sleep(0.1)
                continue
            file.close()
            raise ServedAlready(
                f"another process serves {folder}; several need Redis: set ANTREAN_REDIS"
            ) from None
        return file
