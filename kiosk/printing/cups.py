"""A printer of the operating system's (CUPS), by its own commands: raw bytes in, states out.

A slip counts as printed when CUPS has let go of its job; one that is not out in time is cancelled
there, so that it cannot come out later, and is perhaps printed in part. Keywords of a printer's
state are those of RFC 8011, 5.4.12.
"""

import os
import re
import subprocess
import time

from kiosk.printing.states import PAPER_LOW
from kiosk.printing.wires import PrinterTrouble

#: Seconds for one command of CUPS, and for a slip to come out.
COMMAND = 5.0
FINISH = 15.0
JOB = re.compile(r"request id is (\S+-\d+)")

#: The first keyword that is found says what is wrong.
REASONS = (
    ("media-empty", "paper_out"),
    ("media-needed", "paper_out"),
    ("media-jam", "fault"),
    ("cover-open", "cover_open"),
    ("door-open", "cover_open"),
    ("offline", "offline"),
    ("media-low", PAPER_LOW),
)


def send(queue: str, payload: bytes) -> str | None:
    """Print `payload` as it is; return a warning's code or None. Raises PrinterTrouble."""
    warning = trouble_of(queue)
    if warning not in {None, PAPER_LOW}:
        raise PrinterTrouble(str(warning))
    said = _run("lp", "-d", queue, "-o", "raw", "-", sent=payload)
    found = JOB.search(said)
    if found is None:
        raise PrinterTrouble("offline")
    end = time.monotonic() + FINISH
    while found[1] in _run("lpstat", "-W", "not-completed", "-o", queue):
        if time.monotonic() > end:
            _run("cancel", found[1])
            raise PrinterTrouble(trouble_of(queue) or "timeout", started=True)
        time.sleep(0.2)
    return trouble_of(queue)


def trouble_of(queue: str) -> str | None:
    """Return the code of what is wrong with `queue`, or None."""
    try:
        said = _run("lpstat", "-l", "-p", queue)
    except PrinterTrouble as trouble:
        return trouble.code
    for keyword, code in REASONS:
        if keyword in said:
            return code
    return "offline" if " disabled " in said else None


def _run(*command: str, sent: bytes = b"") -> str:
    try:
        done = subprocess.run(
            command,
            input=sent,
            capture_output=True,
            timeout=COMMAND,
            check=True,
            env=os.environ | {"LC_ALL": "C"},
        )
    except FileNotFoundError as missing:
        raise PrinterTrouble("driver_missing") from missing
    except subprocess.TimeoutExpired as slow:
        raise PrinterTrouble("timeout", started=command[0] == "lp") from slow
    except subprocess.CalledProcessError as refused:
        raise PrinterTrouble("offline") from refused
    return done.stdout.decode(errors="replace")
