"""Backups: made while the office works, whole or not at all, and brought back anywhere."""

import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select, text

from app import migrations
from app.backup import (
    BackupWrong,
    back_up,
    backups_in,
    drop_old,
    made_at,
    note_result,
    restore,
)
from app.command import main
from app.keeping import is_due, safekeeping
from app.settings import Settings
from office.errors import LineEmpty
from office.journal import JournalRow
from office.moment import MomentNeeds, Need
from office.notifying import NotifyAddress
from office.place import Office
from office.tickets import IS_OPEN, Step, Ticket, ticket_with_token
from storage.engine import open_engine, sqlite_url
from storage.work import Store, Work
from tests.houses import MORNING, Staffed
from tests.office.test_moment import say

pytestmark = pytest.mark.takes(1.5)

MIDNIGHT = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database of each kind to restore to."""
    if request.param == "sqlite":
        return sqlite_url(tmp_path / "elsewhere.db")
    url: str = request.getfixturevalue("make_postgres_database")()
    return url


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data folder of the office, with some files."""
    folder = tmp_path / "data"
    (folder / "voice").mkdir(parents=True)
    (folder / "voice" / "cached.wav").write_bytes(b"can be made again")
    (folder / "media").mkdir()
    (folder / "media" / "poster.png").write_bytes(b"\x89PNG")
    (folder / "secret_key").write_text("kept")
    return folder


def rows(engine: Engine) -> dict[str, list[Any]]:
    """Return everything that is in a database, by table."""
    from storage.base import Base

    with engine.connect() as connection:
        return {
            table.name: [tuple(row) for row in connection.execute(select(table))]
            for table in Base.metadata.sorted_tables
        }


def sorted_rows(engine: Engine) -> dict[str, list[str]]:
    """Return the same in an order that does not depend on the database."""
    return {name: sorted(map(repr, found)) for name, found in rows(engine).items()}


@pytest.fixture
def opened() -> Iterator[Callable[[str], Engine]]:
    """Open databases and close them in the end."""
    engines = []

    def make(url: str) -> Engine:
        engines.append(open_engine(url))
        return engines[-1]

    yield make
    for engine in engines:
        engine.dispose()


@pytest.fixture
def worked(staffed: Staffed) -> Staffed:
    """An office with some visits behind it."""
    for _ in range(12):
        staffed.take()
    for _ in range(5):
        staffed.clock.advance(minutes=3)
        staffed.serve(1)
    return staffed


def test_a_backup_brings_back_every_row_in_either_kind_of_database(
    worked: Staffed,
    data: Path,
    elsewhere: str,
    tmp_path: Path,
    opened: Callable[[str], Engine],
) -> None:
    file = back_up(worked.store.engine, data, tmp_path / "kept", MIDNIGHT)
    assert file.name == "antrean-20261125T160000Z.zip"
    assert file.stat().st_mode & 0o077 == 0
    there = tmp_path / "there"
    manifest = restore(file, there, elsewhere, MORNING)
    assert manifest.versions == {"dukcapil": worked.read(lambda _work, office: office.version)}
    assert sorted_rows(opened(elsewhere)) == sorted_rows(worked.store.engine)
    assert (there / "media" / "poster.png").read_bytes() == b"\x89PNG"
    assert (there / "secret_key").stat().st_mode & 0o077 == 0
    assert not (there / "voice").exists()


def test_numbering_goes_on_after_a_restore(
    worked: Staffed, data: Path, elsewhere: str, tmp_path: Path
) -> None:
    restore(
        back_up(worked.store.engine, data, tmp_path / "kept", MIDNIGHT),
        tmp_path / "there",
        elsewhere,
        MORNING,
    )
    store = Store(elsewhere)
    brought = Staffed(store, worked.clock, worked.sample, worked.office_id, worked.actors)
    assert brought.take() == "A013"
    assert brought.next(2) == "A006"
    store.close()


def test_a_backup_amid_the_rush_is_the_journal_at_its_version(
    staffed: Staffed, data: Path, tmp_path: Path
) -> None:
    stop = threading.Event()

    def rush() -> None:
        while not stop.is_set():
            staffed.take()

    def serve(counter: int) -> None:
        while not stop.is_set():
            with suppress(LineEmpty):
                staffed.serve(counter)

    at_work = [threading.Thread(target=rush) for _ in range(3)]
    at_work += [threading.Thread(target=serve, args=(counter,)) for counter in (1, 2)]
    for each in at_work:
        each.start()
    try:
        while staffed.read(lambda _work, office: office.version) < 60:
            stop.wait(0.05)
        file = back_up(staffed.store.engine, data, tmp_path / "kept", MIDNIGHT)
    finally:
        stop.set()
        for each in at_work:
            each.join()
    manifest = restore(file, tmp_path / "there", sqlite_url(tmp_path / "there.db"), MORNING)
    version = manifest.versions["dukcapil"]
    upto = select(JournalRow.__table__).where(JournalRow.version <= version)
    store = Store(sqlite_url(tmp_path / "there.db"))
    with store.read() as work, staffed.store.read() as source:
        assert 60 <= version <= source.session.scalars(select(Office.version)).one()
        assert work.session.scalars(select(Office.version)).one() == version
        original = source.session.execute(upto.order_by(JournalRow.version)).all()
        everything = select(JournalRow.__table__).order_by(JournalRow.version)
        assert [*work.session.execute(everything)] == original
        assert [row.version for row in original] == list(range(1, version + 1))
        standing = {row.ticket_id: row.detail["to"] for row in original if row.ticket_id}
        restored = {each.id: each.status for each in work.session.scalars(select(Ticket))}
        assert restored == standing
        assert set(standing.values()) >= {"waiting", "done"}
        ended = {each.id for each in work.session.scalars(select(Ticket).where(~IS_OPEN))}
        open_steps = work.session.scalars(select(Step.ticket_id).where(Step.ended_at.is_(None)))
        assert sorted(open_steps) == sorted(standing.keys() - ended)
    store.close()


def test_a_damaged_backup_is_refused_and_nothing_is_restored(
    worked: Staffed, data: Path, tmp_path: Path
) -> None:
    file = back_up(worked.store.engine, data, tmp_path / "kept", MIDNIGHT)
    whole = tmp_path / "whole"
    with zipfile.ZipFile(file) as archive:
        archive.extractall(whole)
    journal = whole / "tables" / "journal.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)

    def packed(name: str, content: bytes, also: str = "") -> Path:
        broken = tmp_path / f"{name}.zip"
        journal.write_bytes(content)
        with zipfile.ZipFile(broken, "w") as archive:
            for each in sorted(whole.rglob("*")):
                if each.is_file():
                    archive.write(each, each.relative_to(whole))
            if also:
                archive.writestr(also, b"")
        return broken

    for name, content, also in (
        ("shorter", b"".join(lines[:-1]), ""),
        ("changed", b"".join(lines).replace(b"A001", b"A009"), ""),
        ("more", b"".join(lines), "files/../../outside"),
    ):
        with pytest.raises(BackupWrong):
            restore(
                packed(name, content, also), tmp_path / name, sqlite_url(tmp_path / name), MORNING
            )
    cut = tmp_path / "cut.zip"
    cut.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(BackupWrong):
        restore(cut, tmp_path / "cut", sqlite_url(tmp_path / "cut.db"), MORNING)


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(
    worked: Staffed, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_values: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("app.backup.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        back_up(worked.store.engine, data, tmp_path / "kept", MIDNIGHT)
    assert list((tmp_path / "kept").iterdir()) == []


def test_an_older_backup_is_brought_to_the_present_shape(
    worked: Staffed, data: Path, tmp_path: Path
) -> None:
    newest = migrations.newest()
    migrations.downgrade(worked.store.engine, "-1")
    file = back_up(worked.store.engine, data, tmp_path / "kept", MIDNIGHT)
    migrations.upgrade(worked.store.engine)
    address = sqlite_url(tmp_path / "there.db")
    manifest = restore(file, tmp_path / "there", address, MORNING)
    assert manifest.revision != newest
    store = Store(address)
    assert migrations.current(store.engine) == newest
    store.close()


def test_only_the_newest_backups_stay_and_nothing_else_is_touched(tmp_path: Path) -> None:
    for day in range(1, 6):
        (tmp_path / f"antrean-202611{day:02}T160000Z.zip").touch()
    (tmp_path / "antrean-of-the-minister.zip").touch()
    assert [made_at(file).day for file in drop_old(tmp_path, 2)] == [3, 2, 1]
    assert [made_at(file).day for file in backups_in(tmp_path)] == [5, 4]
    assert (tmp_path / "antrean-of-the-minister.zip").exists()


def test_a_backup_killed_midway_is_cleared_up_by_the_next(tmp_path: Path) -> None:
    data = tmp_path / "office"
    assert run("init", "--sample", "--data", data)[0] == 0
    backups = data / "backups"
    (backups / "scratch-1").mkdir(parents=True)
    (backups / "scratch-1" / "antrean.db").touch()
    (backups / "antrean-20261125T160000Z.part").write_bytes(b"half")
    assert run("backup", "--data", data)[0] == 0
    others = {".lock", "last.json"}
    assert [file.name for file in backups.iterdir() if file.name not in others] == [
        file.name for file in backups_in(backups)
    ]


def test_a_backup_is_due_once_a_day(tmp_path: Path) -> None:
    assert is_due(tmp_path, MIDNIGHT)
    (tmp_path / f"antrean-{MIDNIGHT:%Y%m%dT%H%M%SZ}.zip").touch()
    assert not is_due(tmp_path, MIDNIGHT + timedelta(hours=22))
    assert is_due(tmp_path, MIDNIGHT + timedelta(hours=24))


def run(*arguments: object, **environ: str) -> tuple[int, str]:
    """Run the command; return its status and all it said."""
    done = CliRunner().invoke(main, [str(each) for each in arguments], env=environ)
    return done.exit_code, done.output


def test_the_commands_make_one_a_day_and_bring_it_back(tmp_path: Path) -> None:
    data, there = tmp_path / "office", tmp_path / "there"
    assert run("init", "--sample", "--data", data)[0] == 0
    status, said = run("backup", "--daily", "--data", data)
    file = Path(said.strip())
    assert (status, file.parent) == (0, data / "backups")
    assert run("backup", "--daily", "--data", data) == (0, ""), "that was today's"
    assert run("restore", file, "--data", data)[0] == 1, "an installation is never written over"
    status, said = run("restore", file, "--data", there)
    assert status == 0
    assert "dukcapil: journal up to 0" in said
    status, said = run("backup", "--to", tmp_path / "stick", "--data", there)
    assert status == 0
    assert Path(said.strip()).parent == tmp_path / "stick"
    assert run("backup", "--data", tmp_path / "nowhere")[0] == 1


def test_before_the_database_gets_a_new_shape_it_is_backed_up(tmp_path: Path) -> None:
    data = tmp_path / "office"
    assert run("init", "--sample", "--data", data)[0] == 0
    assert run("migrate", "--data", data, "--down", "-1")[0] == 0
    assert backups_in(data / "backups") == []
    status, said = run("migrate", "--data", data)
    assert status == 0
    (file,) = backups_in(data / "backups")
    assert str(file) in said
    with zipfile.ZipFile(file) as archive:
        assert json.loads(archive.read("manifest.json"))["revision"] != migrations.newest()


def test_a_try_that_fails_is_told_to_managers_and_by_the_doctor(tmp_path: Path) -> None:
    data = tmp_path / "office"
    assert run("init", "--sample", "--data", data)[0] == 0
    settings = Settings(data=data)
    (data / "backups").mkdir()
    note_result(data / "backups", MIDNIGHT, "No space left on device")
    assert safekeeping(settings).wrong == "No space left on device"
    assert "No space left" in run("doctor", "--data", data)[1]
    assert run("backup", "--data", data)[0] == 0
    safe = safekeeping(settings)
    assert (safe.wrong, len(safe.backups), safe.behind) == (None, 1, None)


def test_a_database_of_another_version_is_told_of_in_a_sentence(tmp_path: Path) -> None:
    data = tmp_path / "office"
    assert run("init", "--sample", "--data", data)[0] == 0
    store = Store(sqlite_url(data / "antrean.db"))
    with store.work() as work:
        work.session.execute(text("ALTER TABLE counters DROP COLUMN retired"))
        work.session.execute(text("UPDATE alembic_version SET version_num = '0030'"))
    status, said = run("export", "--data", data)
    assert status == 1
    assert said.startswith("Error: the database needs a new shape, but no backup of it"), said
    with store.work() as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    status, said = run("export", "--data", data)
    assert (status, "this version does not know" in said) == (1, True)


def leave_address(work: Work, office: Office, secret: str) -> None:
    """Have a visitor wait who is to be sent messages."""
    ticket = ticket_with_token(work, secret)
    row = {"ticket_id": ticket.id, "office_id": office.id, "way": "mail", "locale": "id"}
    work.session.add(NotifyAddress(**row, address="ayu@surat.example.id", next_try_at=MORNING))


def test_what_has_outlived_its_time_does_not_come_back_with_a_backup(
    worked: Staffed, data: Path, tmp_path: Path
) -> None:
    label, secret = worked.take_with_token()
    say(worked, label, Need.WRITE)
    worked.in_turn(lambda work, office: leave_address(work, office, secret))
    file = back_up(worked.store.engine, data, tmp_path / "kept", MIDNIGHT)
    address = sqlite_url(tmp_path / "there.db")
    restore(file, tmp_path / "there", address, MORNING + timedelta(days=3))
    store = Store(address)
    with store.read() as work:
        assert not work.session.scalars(select(Ticket.id).where(IS_OPEN)).all()
        assert not work.session.scalars(select(MomentNeeds.ticket_id)).all()
    store.close()
    with zipfile.ZipFile(file) as archive:
        assert all(b"ayu@surat" not in archive.read(name) for name in archive.namelist())
