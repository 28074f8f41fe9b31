"""Two who change the same: the later is told what is newer, keeps what they typed, and decides."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from office.catalogue import offer_of, service_coded
from office.media import Wish, add_medium
from office.people import Account, Right, Role, Token
from office.place import Office
from storage.work import Work
from tests.houses import Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD
from web.forms import HEADER
from web.house import House
from web.meanwhile import FIELD, MADE
from web.meanwhile import HEADER as READ

#: The pages ask the database nothing that the queries' own tests do not ask of both.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)

SERVICE = {
    **{"letter": "A", "number_from": "1", "number_to": "999", "typical_min": "8", "icon": "family"},
    **{"name-id": "Rekam KTP", "name-en": "ID card", "bring-id": "KK", "bring-en": "Family card"},
}


@pytest.fixture
def pair(
    make_browser: Callable[[], Browser], make_account: Callable[..., str]
) -> tuple[Browser, Browser]:
    """The browsers of two managers, both signed in, in English."""
    made = []
    for role in (Role.MANAGER, Role.ADMINISTRATOR):
        browser = make_browser()
        browser.get("/sign-in?lang=en")
        browser.sign_in(make_account(role), PASSWORD)
        made.append(browser)
    return made[0], made[1]


def read_at(browser: Browser, path: str) -> str:
    """Open a page and return the version that it says it was read at."""
    found = re.search(rf'name="{FIELD}" value="(\d+)"', browser.get(path).text)
    assert found is not None, path
    return found[1]


def save(browser: Browser, path: str, read: str, **fields: str) -> tuple[int, dict[str, Any]]:
    """Save a form as the page's script does, which was read at a version."""
    answer = browser.flask.post(
        path,
        data={"csrf_token": browser.token(), FIELD: read, **fields},
        headers={HEADER: "1", "Accept": "application/json, text/html;q=0.5"},
    )
    return answer.status_code, answer.get_json()


def test_every_form_of_the_managers_says_what_it_was_read_at(
    pair: tuple[Browser, Browser], shared_app: Any
) -> None:
    home: House = shared_app.extensions["antrean"]
    with shared_app.test_request_context():
        paths = [
            shared_app.url_for(each.endpoint) for each in home.menu if each.right is Right.MANAGE
        ]
    assert len(paths) > 15
    seen = 0
    for path in paths:
        page = pair[0].get(path).text
        forms = page.count('name="csrf_token"')
        assert page.count(f'name="{FIELD}"') == forms, path
        assert 'name="read-at"' in page, path
        seen += forms
    assert seen > 30


def test_what_somebody_else_saved_meanwhile_is_undone_only_knowingly(
    pair: tuple[Browser, Browser], staffed: Staffed
) -> None:
    early, late = pair
    path = "/manager/services/A"
    read = read_at(late, "/manager/services")
    assert save(early, path, read, **SERVICE, quota="40")[0] == 200
    stale = {**SERVICE, "name-id": "Rekam KTP-el", "quota": "30"}
    status, told = save(late, path, read, **stale)
    assert (status, told["code"]) == (409, "changed_meanwhile")
    assert told["detail"].startswith("Wayan changed “Service: ID card” on 25 Nov 2026, 09:00")
    assert [each for each in told["changes"] if each.endswith("→ 40")]
    assert told["version"] == staffed.read(lambda _work, office: office.version)

    def offered(work: Work, office: Office) -> Any:
        return offer_of(service_coded(work, office, "A"))

    assert staffed.read(offered).names["id"] == "Rekam KTP", "nothing of it was saved"

    # without the script: the page with what was typed, which holds what is newer from then on
    page = late.send(path, **{FIELD: read}, **stale)
    assert page.status_code == 409 and "Wayan changed" in page.text and "→ 40" in page.text

    assert save(late, path, str(told["version"]), **stale)[0] == 200
    offer = staffed.read(offered)
    assert (offer.quota, offer.names["id"]) == (30, "Rekam KTP-el")
    status, told = save(late, path, read, **{**stale, "quota": "35"})
    assert status == 409 and told["detail"].startswith("You yourself changed")


def test_two_may_change_different_things_and_the_same_to_the_same(
    pair: tuple[Browser, Browser],
) -> None:
    early, late = pair
    read = read_at(late, "/manager/hours")
    closed = {"name-id": "Rapat", "name-en": "Meeting"}
    for browser, day in ((early, "2099-05-04"), (late, "2099-05-06")):
        fields = {"first": day, "last": day, **closed}
        assert save(browser, "/manager/hours/closed", read, **fields)[0] == 200
    week = {f"day-{day}": "08.00-12.00" for day in range(5)} | {"serves_after": "30"}
    for browser in pair:
        assert save(browser, "/manager/hours", read, **week)[0] == 200, "saved is what is there"
    status, told = save(late, "/manager/hours", read, **{**week, "day-0": "08.00-15.00"})
    assert (status, told["code"]) == (409, "changed_meanwhile")
    wrong = {**week, "day-0": "delapan"}
    page = late.send("/manager/hours", **{FIELD: read}, **wrong)
    assert page.status_code == 422
    assert f'name="{FIELD}" value="{read}"' in page.text, "mended, it is still held to what it saw"


def test_what_tells_no_values_is_held_to_its_version_too(
    pair: tuple[Browser, Browser], staffed: Staffed, make_account: Callable[..., str]
) -> None:
    early, late = pair
    clerk = make_account(Role.STAFF)

    def found(work: Work, office: Office) -> tuple[int, int]:
        of_clerk = select(Account.id).where(Account.username == clerk)
        device = select(func.min(Token.id)).where(
            Token.office_id == office.id, Token.account_id.is_(None)
        )
        return work.session.scalars(of_clerk).one(), work.session.scalars(device).one()

    account, device = staffed.read(found)
    notice = staffed.in_turn(
        lambda work, office: (
            add_medium(
                work,
                office,
                staffed.actors["manager"],
                staffed.clock.now(),
                Wish(titles={"id": "Libur"}, texts={"id": "Senin"}),
            ).id
        )
    )
    read = read_at(late, "/manager/rights")
    right = Right.WALK_IN.value
    shown = {"title_id": "Libur", "seconds": "12", "weekdays": "0"}
    forms: list[tuple[str, dict[str, str], dict[str, str]]] = [
        (f"/manager/people/{account}", {"name": "Ayu", "role": "staff"}, {"name": "Made"}),
        (f"/manager/devices/{device}", {"name": "Pintu", "place": "Utara"}, {"place": ""}),
        (f"/manager/media/{notice}", {**shown, "text_id": "Selasa"}, {"text_id": "Rabu"}),
        (f"/manager/rights/{account}", {"right": right}, {"right": ""}),
    ]
    for path, fields, other in forms:
        assert save(early, path, read, **fields)[0] == 200, path
        status, told = save(late, path, read, **{**fields, **other})
        assert (status, told["code"]) == (409, "changed_meanwhile"), path


def test_scripts_say_what_their_page_was_read_at_and_learn_what_they_made_of_it(
    pair: tuple[Browser, Browser],
) -> None:
    early, late = pair
    aims = {"wait_min": 20, "wait_percent": 80, "serve_min": 15, "idle_min": 5, "services": {}}
    read = read_at(late, "/manager/services")
    token = early.token()
    answer = early.flask.post(
        "/api/v1/rules/aims", json=aims, headers={"X-CSRFToken": token, READ: read}
    )
    assert answer.status_code == 200 and int(answer.headers[MADE]) > int(read)
    status, told = late.call("POST", "/rules/aims", {**aims, "wait_min": 25}, Antrean_Read=read)
    assert (status, told["code"]) == (409, "changed_meanwhile")
    own = answer.headers[MADE]
    assert early.call("POST", "/rules/aims", {**aims, "wait_min": 30}, Antrean_Read=own)[0] == 200
    assert late.call("POST", "/rules/aims", aims)[0] == 200, "programs are held to no version"
