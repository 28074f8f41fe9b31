"""The continuous copy: every change of an SQLite office on another disk within a second or two.

Litestream ships the database's log as it grows; the files of the data folder, which change seldom,
are copied beside it. Should the office's disk die, `antrean restore` brings the copy back.
"""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from app.backup import BackupWrong, files_of
from app.settings import Settings

log = structlog.get_logger(__name__)

#: Seconds between two looks at the files, and before Litestream is started again after it ended.
LOOK = 5.0
#: Seconds for which the newest change may be without a copy before that is a trouble.
LATE = 60.0
DATABASE, FILES = "database", "files"
CONFIG = "copy.yml"


def run(settings: Settings) -> None:
    """Copy for ever, if a place for the copy is set."""
    if settings.copy_to is None:
        return
    while True:
        try:
            _copy(settings, settings.copy_to)
        except Exception:
            log.exception("copy_failed")
        time.sleep(LOOK)


def delay(settings: Settings) -> float | None:
    """Return for how many seconds the newest change has had no copy; 0 when all is copied.

    Nothing where no copy is made.
    """
    if settings.copy_to is None:
        return None
    changed = _newest([settings.data / "antrean.db-wal", settings.data / "antrean.db"])
    copied = _newest((settings.copy_to / DATABASE).rglob("*.ltx"))
    # the log is shipped each second, and the file's time is that of the shipping
    return 0.0 if copied >= changed else max(time.time() - changed, 0.0)


def restore_database(copy: Path, file: Path) -> datetime:
    """Bring the database of a copy back as `file`; return when its newest change was copied.

    Raises BackupWrong.
    """
    newest = _newest((copy / DATABASE).rglob("*.ltx"))
    if not newest:
        raise BackupWrong(f"{copy} holds no copy of an office")
    done = subprocess.run(
        [_litestream(), "restore", "-o", str(file), f"file://{(copy / DATABASE).resolve()}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupWrong(f"the copy cannot be read: {done.stderr.strip()[-300:]}")
    return datetime.fromtimestamp(newest, UTC)


def restore_files(copy: Path, data: Path) -> None:
    """Bring the other files of a copy back."""
    if (copy / FILES).is_dir():
        shutil.copytree(copy / FILES, data, dirs_exist_ok=True)


def _copy(settings: Settings, place: Path) -> None:
    """Ship the log until Litestream ends, and copy files that have changed meanwhile."""
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = settings.data / CONFIG
    config.write_text(
        "snapshot:\n  interval: 24h\n  retention: 48h\n"
        f"dbs:\n  - path: {settings.data.resolve() / 'antrean.db'}\n"
        f"    replica:\n      type: file\n      path: {place.resolve() / DATABASE}\n"
        "      sync-interval: 1s\n",
        encoding="utf-8",
    )
    with (settings.data / "copy.log").open("wb") as said:
        shipping = subprocess.Popen(
            [_litestream(), "replicate", "-config", str(config), "-log-level", "warn"],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            preexec_fn=_end_with_the_server,
        )
    try:
        while shipping.poll() is None:
            _copy_files(settings.data, place / FILES)
            time.sleep(LOOK)
    finally:
        shipping.terminate()
    log.error("copy_ended", status=shipping.returncode, said=_tail(settings.data / "copy.log"))


def _copy_files(data: Path, place: Path) -> None:
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    there = {file.relative_to(place) for file in place.rglob("*") if file.is_file()}
    for file in files_of(data):
        name = file.relative_to(data)
        there.discard(name)
        target, found = place / name, file.stat()
        if target.exists():
            kept = target.stat()
            if (kept.st_size, kept.st_mtime) == (found.st_size, found.st_mtime):
                continue
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        shutil.copy2(file, part)
        part.replace(target)
    for gone in there:
        (place / gone).unlink()


def _end_with_the_server() -> None:
    """Have the kernel end this child when the server does, even by kill -9 (prctl PDEATHSIG)."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


def _litestream() -> str:
    """Return the program's path: beside Python, where pip put it, or on the path."""
    beside = Path(sys.executable).with_name("litestream")
    return str(beside) if beside.exists() else shutil.which("litestream") or "litestream"


def _newest(files: Iterable[Path]) -> float:
    times = []
    for file in files:
        try:
            times.append(os.stat(file).st_mtime)
        except FileNotFoundError:
            continue
    return max(times, default=0.0)


def _tail(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="replace").strip()[-300:]
