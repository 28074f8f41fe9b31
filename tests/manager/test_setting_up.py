"""An empty installation set up by its pages, as its first administrator does."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from app import migrations
from app.factory import create_app, tell_first
from app.settings import Settings
from manager.first_code import FILE, SetUpCodeWrong, check_code, kept_code
from office.hours import week_of
from office.place import counters_of, services_of, the_office
from office.setting_up import Stage, code_of, left_to_do
from office.voice import settings_of
from tests.web.browsing import Browser
from web.limits import limiter

PASSWORD = "rahasia sekali"
FIRST = {
    "name-id": "Dukcapil Lombok Tengah",
    "name-en": "Civil Registry of Central Lombok",
    "timezone": "Asia/Makassar",
    "name": "Siti Aminah",
    "username": "Siti",
    "password": PASSWORD,
    "again": PASSWORD,
}


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[APIFlask]:
    """An app whose database has everything but an office."""
    app = create_app(Settings(data=tmp_path))
    store = app.extensions["antrean"].store
    migrations.upgrade(store.engine)
    limiter.reset()
    yield app
    store.close()


def visible_code(app: APIFlask, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the code that whoever started the server reads."""
    tell_first(app, "http://10.0.0.2:8000")
    told = capsys.readouterr().err
    assert "http://10.0.0.2:8000/setup" in told
    found = re.search(r"ketik kode (\S+)", told)
    assert found is not None
    return found[1]


def test_an_office_is_set_up_by_its_pages_and_left_and_taken_up_again(
    fresh: APIFlask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    browser, store = Browser(fresh.test_client()), fresh.extensions["antrean"].store
    assert fresh.test_client().get("/readyz").json == {"status": "unready", "wrong": ["office"]}
    assert fresh.test_client().get("/healthz").status_code == 200
    assert browser.get("/manager").location == "/setup"
    code = visible_code(fresh, capsys)
    assert visible_code(fresh, capsys) == code, "whoever comes back finds the same one"
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    token = re.search(r'name="csrf-token" content="([^"]+)"', browser.get("/setup").text)
    assert token is not None

    def begin(**fields: str) -> tuple[int, str]:
        sent = {"csrf_token": token[1], "code": code, **FIRST, **fields}
        answer = browser.flask.post("/setup", data=sent, headers={"Accept": "text/html"})
        return answer.status_code, answer.location or answer.text

    for wrong, said in (
        ({"code": "AAAA-AAAA"}, "bukan kode penyiapan"),
        ({"code": "ä"}, "bukan kode penyiapan"),
        ({"name-en": ""}, "setiap bahasa"),
        ({"timezone": "Asia/Atlantis"}, "tidak benar"),
        ({"username": "x"}, "tidak benar"),
        ({"password": "pendek", "again": "pendek"}, "sepuluh karakter"),
        ({"again": "lain sama sekali"}, "tidak sama"),
    ):
        status, told = begin(**wrong)
        assert (status, said in told) == (422, True), wrong
        assert PASSWORD not in told
    told = begin(code="AAAA-AAAA", again="lain", **{"name-en": ""})[1]
    for said in ("bukan kode penyiapan", "setiap bahasa", "tidak sama"):
        assert said in told, "all of it is told at once"
    assert browser.get("/manager").location == "/setup", "nothing was done half"
    assert begin() == (302, "/manager/setup")
    with store.read() as work:
        assert settings_of(work, the_office(work).id).recall_after > 0, "a call is heard out"
    assert not (tmp_path / FILE).exists()
    assert browser.get("/setup").location == "/"

    def left() -> set[Stage]:
        with store.read() as work:
            return left_to_do(work, the_office(work, "dukcapil-lombok-tengah"))

    assert left() == set(Stage) - {Stage.PRINTER}
    page = browser.get("/manager/setup").text
    assert page.count("belum") >= len(Stage) - 1
    assert "nomor di layar dan ponsel" in page, "an office may do without a printer"
    hours = browser.get("/manager/hours").text
    assert "Langkah 1 dari 8" in hours
    assert "08.00–11.30, 13.00–15.30" in hours, "the usual hours are proposed"
    assert Stage.HOURS in left(), "and not kept before they are saved"
    week = {f"day-{day}": "08.00–15.00" for day in range(5)}
    browser.send("/manager/hours", serves_after="30", **week)
    browser.flask.post(
        "/manager/services/ready",
        data={"csrf_token": browser.token(), "ready": ["A", "K", "none such"]},
    )
    assert Stage.SERVICES not in left()
    assert Stage.COUNTERS in left()
    browser.send("/manager/office/counters/more", count="3", serve_all="on")
    assert left() == {Stage.PEOPLE, Stage.KIOSK, Stage.SCREEN, Stage.OPENING}
    again = Browser(fresh.test_client())
    assert again.sign_in("siti", PASSWORD).location == "/manager"
    assert "Yang masih kurang" in again.get("/floor").text
    assert "Langkah" not in again.get("/manager/hours").text
    assert 'href="/manager/people"' in again.get("/manager/setup").text
    assert "Langkah 4 dari 8" in again.get("/manager/people").text
    assert again.send("/manager/setup/leave").location == "/floor"
    assert "Langkah" not in again.get("/manager/people").text
    with store.read() as work:
        office = the_office(work)
        assert [each.code for each in services_of(work, office.id)] == ["A", "K"]
        assert len(counters_of(work, office.id)) == 3
        assert len(week_of(work, office.id)[0]) == 1
        assert office.rehearsal


def test_the_code_of_one_installation_opens_no_other(tmp_path: Path) -> None:
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    assert kept_code(first) != kept_code(second)
    for typed in (kept_code(second), "", "é"):
        with pytest.raises(SetUpCodeWrong):
            check_code(first, typed)


def test_an_office_gets_a_code_that_addresses_can_name() -> None:
    assert code_of("Dukcapil Kab. Lombok Tengah") == "dukcapil-kab-lombok-tengah"
    assert code_of("Ñ" * 50) == "n" * 40
    assert code_of("部") == "kantor"
