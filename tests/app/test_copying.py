"""The continuous copy: after the loss of the disk nothing is missing but the last seconds."""

import os
import resource
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import select

from app.copying import delay
from app.settings import Settings, SettingsWrong, load
from office.tickets import Ticket
from storage.engine import sqlite_url
from storage.work import Store
from tests.app.test_backup import run
from tests.houses import Server

#: Seconds of tickets that may be lost with the disk.
LOST = 5.0


def until(settled: Callable[[], object], seconds: float = 40) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not settled():
        assert time.monotonic() < end
        time.sleep(0.1)


def take(server: Server) -> tuple[int, str]:
    """Take a number; return the status, and its label or the refusal's code."""
    status, told = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    return status, told["label"] if status == 201 else told["code"]


def test_a_dead_disk_loses_seconds_and_the_office_goes_on(
    make_server: Callable[..., Server], tmp_path: Path
) -> None:
    copy, there = tmp_path / "stick", tmp_path / "there"
    server = make_server(copy_to=str(copy))
    settings = Settings(data=server.data, copy_to=copy)
    until(lambda: list((copy / "database").rglob("*.ltx")) and (copy / "files").is_dir())
    acknowledged: dict[str, float] = {}
    end = time.monotonic() + 6
    while time.monotonic() < end:
        status, label = take(server)
        assert status == 201
        acknowledged[label] = time.time()
        time.sleep(0.05)
    # the power goes: whoever copies has no last moment either
    for pid in _shipping(server.data):
        os.kill(pid, signal.SIGKILL)
    server.kill()
    died = time.time()
    shutil.rmtree(server.data)
    status, said = run("restore", copy, "--data", there)
    assert (status, "restored as of" in said) == (0, True), said
    store = Store(sqlite_url(there / "antrean.db"))
    with store.read() as work:
        brought = set(work.session.scalars(select(Ticket.label)))
    store.close()
    lost = {label: died - at for label, at in acknowledged.items() if label not in brought}
    oldest = max(lost.values(), default=0.0)
    print(f"{len(acknowledged)} acknowledged, {len(lost)} lost, the oldest {oldest:.1f} s old")
    assert len(brought) > 10
    assert all(age < LOST for age in lost.values()), lost
    assert (there / "secret_key").read_text() == (copy / "files" / "secret_key").read_text()
    assert (there / "secret_key").stat().st_mode & 0o077 == 0
    assert delay(settings) == 0
    assert run("restore", copy, "--data", there)[0] == 1, "an installation is never written over"
    assert run("restore", tmp_path, "--data", tmp_path / "no")[0] == 1


def _shipping(data: Path) -> list[int]:
    """Return the processes that copy this folder."""
    found = []
    for command in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if f"{data}/copy.yml".encode() in command.read_bytes():
                found.append(int(command.parent.name))
        except OSError:
            continue
    return found


def test_only_sqlite_in_the_data_folder_is_copied() -> None:
    with pytest.raises(SettingsWrong, match="copy_to"):
        load({}, copy_to="/mnt/stick", database="postgresql://localhost/antrean")


def test_a_full_disk_refuses_tickets_and_breaks_nothing(server: Server) -> None:
    assert take(server) == (201, "A001")
    assert server.process is not None
    wal = server.data / "antrean.db-wal"
    pid, whole = server.process.pid, resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (wal.stat().st_size + 8192, whole[1]))
    answers = [take(server) for _ in range(12)]
    assert (503, "disk_full") in answers
    given = [label for status, label in answers if status == 201]
    refused = answers.index((503, "disk_full"))
    assert all(status == 503 for status, _ in answers[refused:]), "no number is given by halves"
    resource.prlimit(pid, resource.RLIMIT_FSIZE, whole)
    assert take(server) == (201, f"A{len(given) + 2:03}")
    server.kill()
    with closing(sqlite3.connect(server.data / "antrean.db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        labels = {row[0] for row in database.execute("SELECT label FROM tickets")}
        assert labels >= {"A001", *given}
        versions = [row[0] for row in database.execute("SELECT version FROM journal ORDER BY 1")]
        assert versions == list(range(1, len(versions) + 1))
