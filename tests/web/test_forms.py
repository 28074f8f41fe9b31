"""Forms sent by the page's script: led on, refused field by field, and their addresses opened."""

from collections.abc import Callable

import pytest

from office.catalogue import service_coded
from office.people import Role
from tests.houses import Staffed
from tests.web.browsing import HTML, Browser
from tests.web.conftest import PASSWORD
from web.forms import HEADER

#: The pages ask the database nothing that the queries' own tests do not ask of both.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


@pytest.fixture
def manager(make_browser: Callable[[], Browser], make_account: Callable[..., str]) -> Browser:
    """A manager's browser, signed in, in Indonesian."""
    browser = make_browser()
    browser.get("/sign-in?lang=id")
    browser.sign_in(make_account(Role.MANAGER), PASSWORD)
    return browser


def by_script(browser: Browser, path: str, **fields: str) -> tuple[int, dict[str, object]]:
    """Send a form as the page's script does."""
    answer = browser.flask.post(
        path,
        data={"csrf_token": browser.token(), **fields},
        headers={HEADER: "1", "Accept": "application/json, text/html;q=0.5"},
    )
    return answer.status_code, answer.get_json()


def test_a_form_of_the_script_is_told_where_to_go_or_all_that_is_wrong(
    manager: Browser, staffed: Staffed
) -> None:
    week = {f"day-{day}": "08.00-12.00" for day in range(5)}
    kept = by_script(manager, "/manager/hours", serves_after="30", rehearsal="on", **week)
    assert kept == (200, {"next": "/manager/hours"})
    assert "Tersimpan" in manager.get("/manager/hours").text, "the page says it once it is shown"

    week |= {"day-0": "delapan", "day-3": "12.00-08.00"}
    status, told = by_script(manager, "/manager/hours", serves_after="-1", **week)
    assert (status, told["code"]) == (422, "several_wrong")
    said = told["said"]
    assert isinstance(said, dict)
    assert set(said) == {"day-0", "day-3", "serves_after"}
    assert "Senin" in said["day-0"] and "Kamis" in said["day-3"]
    assert said["serves_after"] == "Angka dari 0 sampai 720."

    page = manager.send("/manager/hours", serves_after="-1", **week)
    assert page.status_code == 422, "without the script a refusal is a page"
    assert "delapan" in page.text


def test_who_is_signed_out_is_told_so_instead_of_led_away(
    make_browser: Callable[[], Browser],
) -> None:
    stranger = make_browser()
    status, told = by_script(stranger, "/manager/hours")
    assert (status, told["code"]) == (401, "credentials_missing")
    assert stranger.send("/manager/hours").status_code == 302


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("/manager/hours/closed", "/manager/hours"),
        ("/manager/office/counters/3/retire", "/manager/office"),
        ("/manager/zones/7/remove", "/manager"),
        ("/account/sign-ins/4/end", "/account"),
    ],
)
def test_the_address_of_a_form_leads_to_its_page(manager: Browser, asked: str, shown: str) -> None:
    answer = manager.get(asked)
    assert (answer.status_code, answer.location) == (303, shown)
    refused = manager.flask.get(asked, headers={"Accept": "application/json"})
    assert refused.status_code == 405, "programs are told"


def test_a_slash_too_many_is_no_error(manager: Browser) -> None:
    for path in ("/manager/hours/", "/manager/", "/sign-in/"):
        assert manager.flask.get(path, headers=HTML).status_code == 200, path


def test_a_clash_of_numbers_names_the_service_and_its_numbers(
    manager: Browser, staffed: Staffed
) -> None:
    there = staffed.read(lambda work, office: service_coded(work, office, "A"))
    fields = {
        **{"code": "LAIN", "name-id": "Lain", "name-en": "Other", "bring-id": "", "bring-en": ""},
        **{"letter": there.letter, "number_from": "5", "number_to": "9"},
        **{"icon": "document", "typical_min": "10"},
    }
    status, told = by_script(manager, "/manager/services", **fields)
    assert (status, told["code"]) == (409, "ranges_clash")
    assert there.names["id"] in str(told["detail"])
    assert f"{there.letter}001–" in str(told["detail"])
    assert told["said"] == {"number_from": told["detail"]}
