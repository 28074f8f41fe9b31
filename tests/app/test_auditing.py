"""`antrean audit` and `antrean purge`, as whoever looks after the machine runs them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import text

from app.backup import back_up
from app.command import main
from office.notes import Note
from office.place import the_office
from office.tickets import Ticket
from office.turn import take_turn
from storage.engine import sqlite_url
from storage.work import Store
from tests.houses import Staffed

Run = Callable[..., Result]


@pytest.fixture
def busy(staffed: Staffed) -> Staffed:
    """An office with a journal."""
    for _ in range(3):
        staffed.take()
    return staffed


@pytest.fixture
def run(busy: Staffed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command of the office's installation."""
    monkeypatch.setenv("ANTREAN_DATABASE", busy.store.url)
    (tmp_path / "files").mkdir()

    def asked(*arguments: str) -> Result:
        return CliRunner().invoke(main, [*arguments, "--data", str(tmp_path / "files")])

    return asked


def test_a_journal_written_anew_is_given_away_by_the_seals_in_backups(
    busy: Staffed, run: Run, tmp_path: Path
) -> None:
    data = tmp_path / "files"
    back_up(busy.store.engine, data, data / "backups", datetime.now(UTC))
    busy.take()
    fine = run("audit", "verify")
    assert fine.exit_code == 0 and "1 noted seals fit" in fine.output, fine.output
    code, version, seal = run("audit", "seal").output.strip().split(":")
    assert (version, len(seal)) == ("4", 64)
    assert run("audit", "verify", "--seal", f"{code}:4:{seal}").exit_code == 0
    wrong = run("audit", "verify", "--seal", f"{code}:4:{'0' * 64}")
    assert wrong.exit_code == 1 and "rewritten at version 4" in wrong.output
    assert run("audit", "verify", "--seal", "nonsense").exit_code == 1
    with busy.store.work() as work:
        work.session.execute(text("DELETE FROM journal WHERE version > 2"))
        kept = work.session.scalar(text("SELECT seal FROM journal WHERE version = 2"))
        work.session.execute(text("UPDATE offices SET version = 2, seal = :seal"), {"seal": kept})
    cut = run("audit", "verify")
    assert cut.exit_code == 1 and "cut_off at version 3" in cut.output


def test_a_purge_is_proved_and_so_is_that_of_a_restored_backup(
    busy: Staffed, run: Run, tmp_path: Path
) -> None:
    now = datetime.now(UTC)

    def leave_note() -> None:
        with busy.store.work() as work:
            ticket = work.session.query(Ticket).first()
            assert ticket is not None
            at = now - timedelta(hours=25)
            told = {"office_id": busy.office_id, "ticket_id": ticket.id, "at": at}
            work.session.add(Note(**told, text="Membawa map biru"))

    busy.clock.moment = now
    with busy.store.work() as work:
        take_turn(work, busy.office_id, now)
    leave_note()
    left = run("purge", "--prove")
    assert left.exit_code == 1 and json.loads(left.output) == {"dukcapil": {"notes": 1}}
    file = back_up(busy.store.engine, tmp_path / "files", tmp_path / "backups", now)
    assert json.loads(run("purge").output) == {"dukcapil": {"notes": 1}}
    assert run("purge", "--prove").exit_code == 0
    restored = tmp_path / "restored"
    done = CliRunner(env={"ANTREAN_DATABASE": ""}).invoke(
        main, ["restore", str(file), "--data", str(restored)]
    )
    assert done.exit_code == 0, done.output
    store = Store(sqlite_url(restored / "antrean.db"))
    with store.read() as work:
        assert work.session.query(Note).count() == 0
        assert the_office(work).version > 3, "that it was purged is written"
    store.close()
