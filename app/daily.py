"""Long work beside the server, each piece in a process of its own: backups, missing summaries."""

import subprocess
import sys
import time
from datetime import date

import structlog

from app.purging import purge_all
from app.settings import Settings
from office.clock import SystemClock
from office.summaries import lacking
from storage.work import Store

log = structlog.get_logger(__name__)

#: Seconds between two looks whether a backup is due.
LOOK = 600.0


def run(settings: Settings, store: Store) -> None:
    """Write the summaries that are missing, then make backups for ever."""
    try:
        catch_up(settings, store)
    except Exception:
        log.exception("summaries_failed")
    purged: date | None = None
    while True:
        time.sleep(LOOK)
        now = SystemClock().now()
        try:
            if now.date() != purged:
                log.info("purged", rows=purge_all(store, now))
                purged = now.date()
        except Exception:
            log.exception("purge_failed")
        try:
            make(settings)
        except Exception:
            log.exception("backup_failed")


def catch_up(settings: Settings, store: Store) -> None:
    """Write the summaries of past days that have none, as those of a time that kept no summaries.

    The office is served meanwhile; its reports of those days grow while they are written.
    """
    if lacking(store):
        done = _beside(settings, "summaries", "rebuild", "--missing")
        log.info("summaries_written", said=done)


def make(settings: Settings) -> None:
    """Make a backup if one is due; whichever process of this machine asks first makes it."""
    made = _beside(settings, "backup", "--daily")
    if made:
        log.info("backup_made", file=made)


def _beside(settings: Settings, *arguments: str) -> str:
    """Run a command of the installation to its end; return what it said."""
    command = [sys.executable, "-m", "app.command", *arguments, "--data", str(settings.data)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(arguments)}: {done.stderr.strip()[-300:]}")
    return done.stdout.strip()
