"""The doctor: each thing that can be wrong is found, and a good installation is left in peace."""

import json
import re
import shutil
import socket
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app import migrations
from app.command import main
from app.doctor import Finding, examine
from app.settings import Settings
from office.journal import JournalRow, Kind
from office.place import Office
from storage.work import Store
from tests.houses import Server
from tests.kiosk.printing.fakes import FakePrinter
from tests.services import free_port

Examined = Callable[..., dict[str, Finding]]


@pytest.fixture
def good(tmp_path: Path, installation: tuple[Path, Any]) -> Settings:
    """The settings of an installation in which nothing is wrong."""
    data = tmp_path / "data"
    shutil.copytree(installation[0], data)
    return Settings(data=data, port=free_port())


@pytest.fixture
def wrong(good: Settings, monkeypatch: pytest.MonkeyPatch) -> Examined:
    """Examine the good installation with other settings; return what is wrong, by subject."""
    monkeypatch.setattr("app.doctor.check_voice", lambda _folder: None)

    def look(**settings: Any) -> dict[str, Finding]:
        findings = examine(good.model_copy(update=settings))
        found = {each.subject: each for each in findings if not each.fine}
        assert all(each.mend for each in found.values()), "each tells how to mend it"
        return found

    return look


def test_a_good_installation_is_fine_and_left_as_it_was(good: Settings) -> None:
    def everything() -> dict[str, bytes]:
        return {each.name: each.read_bytes() for each in good.data.iterdir() if each.is_file()}

    before = everything()
    findings = examine(good)
    assert [each for each in findings if not each.fine] == []
    assert {each.subject for each in findings} == {
        *("disk", "database", "backups", "clock", "port", "voice", "printer")
    }
    assert everything() == before


def test_the_command_marks_what_is_wrong_and_ends_with_it(good: Settings) -> None:
    def doctor(*words: str) -> Any:
        asked = [
            "doctor",
            "--language",
            "en",
            "--data",
            str(good.data),
            "--port",
            str(good.port),
            *words,
        ]
        return CliRunner().invoke(main, asked)

    fine = doctor()
    assert fine.exit_code == 0, fine.stdout
    assert set(re.findall(r"^\S+", fine.stdout, re.M)) == {"ok"}
    shutil.rmtree(good.data)
    bad = doctor()
    assert bad.exit_code == 1
    assert f"WRONG data         there is no folder {good.data}" in bad.stdout
    assert "-> name the right one with --data" in bad.stdout
    told = {each["subject"]: each for each in json.loads(doctor("--json").stdout)}
    assert "antrean serve" in told["data"]["mend"]
    assert not good.data.exists(), "looking makes nothing"


def test_an_empty_folder_is_found_and_stays_empty(wrong: Examined, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    found = wrong(data=empty)
    assert list(found) == ["database"]
    assert "does not exist" in (found["database"].wrong or "")
    assert list(empty.iterdir()) == []


def test_a_database_of_another_shape_is_found(wrong: Examined, good: Settings) -> None:
    store = Store(good.database_url)
    migrations.downgrade(store.engine)
    store.close()
    found = wrong()
    assert list(found) == ["database"]
    assert (
        found["database"].wrong == f"its shape is empty, this program needs {migrations.newest()}"
    )
    assert "antrean migrate" in (found["database"].mend or "")


def test_a_database_of_a_newer_version_asks_for_that_version(
    wrong: Examined, good: Settings
) -> None:
    store = Store(good.database_url)
    with store.work() as work:
        work.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    assert "newer version" in (wrong()["database"].mend or "")


def test_a_database_without_an_office_is_found(wrong: Examined, tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'empty.db'}")
    migrations.upgrade(store.engine)
    store.close()
    assert list(wrong(database=store.url)) == ["office"]


def test_a_file_that_is_no_database_is_found(wrong: Examined, good: Settings) -> None:
    (good.data / "antrean.db").write_bytes(b"not a database, but long enough to be read" * 100)
    found = wrong()
    assert list(found) == ["database"]
    assert "file is not a database" in (found["database"].wrong or "")


def test_a_database_server_that_is_not_there_is_found_without_its_password(
    wrong: Examined,
) -> None:
    address = f"postgresql+psycopg://antrean:rahasia@127.0.0.1:{free_port()}/antrean"
    found = wrong(database=address)
    assert list(found) == ["database"]
    assert "does not answer" in (found["database"].wrong or "")
    assert "rahasia" not in str(found)


def test_a_clock_behind_the_journal_is_found(wrong: Examined, good: Settings) -> None:
    store = Store(good.database_url)
    with store.work() as work:
        office = work.session.query(Office).one()
        ahead = datetime.now(UTC) + timedelta(minutes=5)
        work.session.add(
            JournalRow(
                office_id=office.id,
                version=1,
                kind=Kind.DAY_CLOSED.value,
                at=ahead,
                day=office.today(ahead),
                actor="clock",
                detail={},
            )
        )
    store.close()
    found = wrong()
    assert list(found) == ["clock"]
    assert "the journal goes to" in (found["clock"].wrong or "")


def test_a_port_that_another_program_holds_is_found(wrong: Examined) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        found = wrong(port=holder.getsockname()[1])
    assert list(found) == ["port"]
    assert "--port" in (found["port"].mend or "")


def test_the_port_that_this_server_holds_is_fine(server: Server) -> None:
    findings = examine(Settings(data=server.data, port=server.port))
    assert [each for each in findings if not each.fine] == []
    assert any("served by Antrean now" in each.note for each in findings)


def test_a_dead_printer_is_found_and_told_in_words(wrong: Examined) -> None:
    found = wrong(printer="tcp://127.0.0.1:1")
    assert list(found) == ["printer"]
    assert found["printer"].wrong == "does not answer"
    assert found["printer"].mend == "switch it on; check its cable and the setting `printer`"


def test_a_printers_address_that_makes_no_sense_is_found(wrong: Examined) -> None:
    found = wrong(printer="tpc://10.0.0.9")
    assert [(each.subject, each.wrong) for each in found.values()] == [
        ("printer", "its address makes no sense")
    ]


def test_a_printer_that_is_low_on_paper_prints_still(wrong: Examined) -> None:
    printer = FakePrinter()
    printer.low = True
    try:
        assert wrong(printer=printer.address) == {}
        printer.paper_out = True
        assert wrong(printer=printer.address)["printer"].wrong == "has no paper"
    finally:
        printer.switch_off()


def test_a_dead_redis_is_found(wrong: Examined) -> None:
    found = wrong(redis=f"redis://127.0.0.1:{free_port()}/0")
    assert list(found) == ["redis"]
    assert "does not answer" in (found["redis"].wrong or "")


def test_a_redis_that_answers_is_fine(wrong: Examined, redis_url: str) -> None:
    assert wrong(redis=redis_url) == {}


def test_a_key_that_others_can_read_is_found(wrong: Examined, good: Settings) -> None:
    key = good.data / "secret_key"
    key.write_text("0" * 64)
    key.chmod(0o640)
    found = wrong()
    assert list(found) == ["secret key"]
    assert found["secret key"].mend == f"run: chmod 600 {key}"


def test_a_voice_that_cannot_speak_is_found(
    wrong: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.doctor.check_voice", lambda _folder: "cannot speak; reinstall it")
    found = wrong()["voice"]
    assert (found.wrong, found.mend) == ("cannot speak", "reinstall it")


def test_a_nearly_full_disk_is_found(wrong: Examined, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=100 * 2**20)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: usage)
    found = wrong()
    assert list(found) == ["disk"]
    assert found["disk"].wrong == "only 100 MB are left"


def test_one_look_that_fails_does_not_end_the_others(
    wrong: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_address: str) -> None:
        raise RuntimeError("the cable bit me")

    monkeypatch.setattr("app.doctor.check_printer", broken)
    found = wrong()
    assert list(found) == ["examination"]
    assert "the cable bit me" in (found["examination"].wrong or "")


def test_backups_that_are_no_longer_made_are_noticed(good: Settings) -> None:
    def said() -> list[Finding]:
        return [each for each in examine(good) if each.subject == "backups"]

    assert all(each.fine for each in said())
    good.backup_folder.mkdir()
    (good.backup_folder / "antrean-20200101T000000Z.zip").touch()
    (finding,) = said()
    assert not finding.fine
    assert finding.mend
    assert all(each.fine for each in examine(good.model_copy(update={"backups_kept": 0})))
