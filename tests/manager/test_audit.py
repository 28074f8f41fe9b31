"""The audit trail's page: what it tells, to whom, and what a file of it holds."""

import csv
import io
from collections.abc import Callable

import pytest
from sqlalchemy import text

import surveys.rules
from office import outages
from office.catalogue import service_coded
from office.journal import Kind, append_change
from office.people import Account, Role
from office.place import Office
from storage.work import Work
from tests.houses import Client, Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD

#: The page asks the database nothing that the queries' own tests do not ask of both.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


@pytest.fixture
def administrator(make_browser: Callable[[], Browser], make_account: Callable[..., str]) -> Browser:
    """An administrator's browser, signed in, in English."""
    browser = make_browser()
    browser.get("/sign-in?lang=en")
    assert browser.sign_in(make_account(Role.ADMINISTRATOR), PASSWORD).status_code == 302
    return browser


def shown(browser: Browser, **asked: str) -> str:
    """Return the trail's page without line breaks."""
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return " ".join(browser.get(f"/manager/audit?{query}").text.split())


def test_sign_ins_refusals_and_devices_are_written_with_who_and_what(
    administrator: Browser, make_browser: Callable[[], Browser], make_account: Callable[..., str]
) -> None:
    clerk, other = make_account(Role.STAFF), make_browser()
    other.sign_in(clerk, "wrong")
    other.sign_in(clerk, PASSWORD)
    other.send("/sign-out")
    administrator.send("/manager/devices", role="kiosk", name="Kios utara", place="Lobi")
    page = shown(administrator)
    for told in ("wrong password", "Signed in", "Signed out", "Kios utara", "at the sign-in"):
        assert told in page, told
    only = shown(administrator, chapter="devices")
    assert "Kios utara" in only and "wrong password" not in only


def test_nobody_else_is_told_who_signed_in(
    administrator: Browser, client: Client, staffed: Staffed
) -> None:
    rows = client.ask("GET", "/journal", staffed.sample.tokens["screen"])[1]["changes"]
    signed_in = [row for row in rows if row["kind"] == "signed_in"]
    assert signed_in and all(set(row) == {"version", "kind", "at", "day"} for row in signed_in)


def test_the_file_holds_no_formula_and_its_making_is_written(
    administrator: Browser, staffed: Staffed
) -> None:
    with staffed.store.work() as work:
        person = work.session.query(Account).filter_by(office_id=staffed.office_id).first()
        assert person is not None
        number = person.id
    administrator.send(f"/manager/people/{number}", name="=1+1", role="staff")
    answer = administrator.send("/manager/audit/export")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][0] == "Row" and rows[0][-1] == "Seal"
    assert "'=1+1" in {row[4] for row in rows} and "=1+1" not in {row[4] for row in rows}
    assert "this audit trail, as a file" in shown(administrator, chapter="personal")


def test_what_holds_others_is_told_in_words(administrator: Browser, staffed: Staffed) -> None:
    def change(work: Work, office: Office) -> None:
        was = {"closes": False, "days": [], "slot": {"from": "08:00", "until": None}}
        now = {"closes": True, "days": [1, 5], "slot": {"from": "08:30", "until": "12:00"}}
        actor, moment = staffed.actors["manager"], staffed.clock.now()
        append_change(work, office, Kind.OFFICE_CHANGED, actor, moment, was, now)

    staffed.in_turn(change)
    page = shown(administrator)
    for told in ("no → yes", "– → 1, 5", "From: 08:00; Until: – → From: 08:30; Until: 12:00"):
        assert told in page, page[page.find("slot") - 50 : page.find("slot") + 200]


def test_what_was_lacking_and_what_is_taken_back_are_named(
    administrator: Browser, staffed: Staffed
) -> None:
    def change(work: Work, office: Office) -> None:
        actor, moment = staffed.actors["manager"], staffed.clock.now()
        outages.set_needs(work, office, actor, moment, "A", [outages.Need.BLANK_CARDS])
        outages.begin(work, office, actor, moment, outages.Need.BLANK_CARDS)
        was, now = {"typical_min": 5}, {"typical_min": 6}
        append_change(work, office, Kind.SERVICE_CHANGED, actor, moment, was, now, service="A")

    staffed.in_turn(change)
    name = staffed.read(lambda work, office: called_in_english(work, office, "A"))
    page = shown(administrator)
    assert "What is out of order: Blank cards" in page and "blank_cards" not in page
    assert f'data-remove="Service: {name}"' in page


def called_in_english(work: Work, office: Office, code: str) -> str:
    """Return what a service is called."""
    return service_coded(work, office, code).name("en")


def test_a_check_says_that_all_is_whole_or_where_it_is_not(
    administrator: Browser, staffed: Staffed
) -> None:
    assert "Whole up to row" in administrator.send("/manager/audit/check").text
    assert administrator.send("/manager/audit/check", seal="12").status_code == 422
    with staffed.store.work() as work:
        work.session.execute(
            text("UPDATE journal SET actor = 'x' WHERE office_id = :office AND version = 1"),
            {"office": staffed.office_id},
        )
    assert "Row 1, or the one before it" in administrator.send("/manager/audit/check").text


def test_what_other_screens_set_can_be_taken_back_from_the_trail(
    administrator: Browser, staffed: Staffed
) -> None:
    def setting(path: str) -> object:
        return administrator.call("GET", path)[1]

    before = setting("/slip")
    assert administrator.call("POST", "/slip", {"texts": {"id": "# {{ number }}\nHalo"}})[0] == 200
    assert setting("/slip") != before
    page = shown(administrator, chapter="settings")
    assert "<strong>Words</strong>: – → Indonesian: # {{ number }} Halo" in page
    version = staffed.read(lambda _work, office: office.version)
    answer = administrator.send(f"/manager/audit/{version}/back")
    assert answer.location == "/manager/audit?chapter=settings"
    assert setting("/slip") == before

    words = {"open_hours": "48", "low": "2", "alert_after": "6", "least": "7"}
    administrator.send("/manager/ratings/rules", **words)
    assert "Smallest group that is told of" in shown(administrator, chapter="settings")
    version = staffed.read(lambda _work, office: office.version)
    assert administrator.send(f"/manager/audit/{version}/back").status_code == 302
    told = staffed.read(lambda work, office: surveys.rules.rules_of(work, office.id))
    assert told == surveys.rules.Rules()
