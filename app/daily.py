"""The daily backup: made by a process of its own while the server goes on."""

import subprocess
import sys
import time

import structlog

from app.settings import Settings

log = structlog.get_logger(__name__)

#: Seconds between two looks whether a backup is due.
LOOK = 600.0


def run(settings: Settings) -> None:
    """Make backups for ever."""
    while True:
        time.sleep(LOOK)
        try:
            make(settings)
        except Exception:
            log.exception("backup_failed")


def make(settings: Settings) -> None:
    """Make a backup if one is due; whichever process of this machine asks first makes it."""
    command = (sys.executable, "-m", "app.command", "backup", "--daily")
    done = subprocess.run(
        [*command, "--data", str(settings.data)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        log.error("backup_failed", said=done.stderr.strip()[-300:])
    elif done.stdout.strip():
        log.info("backup_made", file=done.stdout.strip())
