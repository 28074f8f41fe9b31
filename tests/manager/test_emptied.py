"""An office of which everything is taken away by its pages goes on, and nothing is made up."""

import csv
import io
import re
from collections.abc import Callable

import pytest

from office.people import Role
from tests.houses import Client, Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD

#: What the database does of it is asked of both where the rules are tested.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)

TODAY = "from=2026-11-25&to=2026-11-25"


@pytest.fixture
def chief(browser_profile: Browser, make_account: Callable[..., str]) -> Browser:
    """A manager's browser."""
    browser_profile.get("/sign-in?lang=en")
    browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD)
    return browser_profile


def test_with_everything_reset_and_removed_the_next_number_is_the_first_and_only_real_ones_count(
    chief: Browser, client: Client, staffed: Staffed
) -> None:
    tokens = staffed.sample.tokens
    for service in "AAKL":
        staffed.take(service)
    staffed.serve(1)
    assert client.ask("POST", "/counters/1/close", tokens["clerks"]["1"])[0] == 200
    assert chief.call("POST", "/day/close")[1]["expired"] == 3
    for offered in client.ask("GET", "/services", tokens["kiosk"])[1]["services"]:
        assert chief.send(f"/manager/services/{offered['code']}/retire").status_code == 302
    numbers = re.findall(
        r"/manager/office/counters/(\d+)/retire", chief.get("/manager/office").text
    )
    assert len(numbers) == 10
    for number in numbers:
        chief.send(f"/manager/office/counters/{number}/retire")
    for number in re.findall(r"/manager/devices/(\d+)/revoke", chief.get("/manager/devices").text):
        chief.send(f"/manager/devices/{number}/revoke")
    assert client.ask("GET", "/services", tokens["kiosk"])[0] == 401
    assert chief.call("GET", "/services")[1]["services"] == []
    assert chief.call("GET", "/counters")[1]["counters"] == []
    assert chief.call("POST", "/tickets", {"service": "A"})[1]["code"] == "service_unknown"
    for page in ("/manager", "/manager/services", "/manager/office", "/manager/figures", "/floor"):
        assert chief.get(page).status_code == 200, page

    fresh = {"letter": "A", "number_from": "1", "number_to": "999", "icon": "marriage"}
    names = {"name-id": "Kartu nikah", "name-en": "Marriage card", "typical_min": "10"}
    assert chief.send("/manager/services", code="NIKAH", **fresh, **names).status_code == 302
    chief.send("/manager/office/counters/1/again")
    chief.call("POST", "/counters/1/services", {"services": [{"code": "NIKAH"}]})
    status, taken = chief.call("POST", "/tickets", {"service": "NIKAH"})
    assert (status, taken["position"]) == (201, 1)
    status, called = client.ask("POST", "/counters/1/next", tokens["manager"], {})
    assert (status, called["ticket"]["label"]) == (200, taken["label"])

    rows = chief.call("GET", "/journal?after=0&limit=1000")[1]["changes"]
    given = [row["label"] for row in rows if row["kind"] == "ticket_taken"]
    assert len(given) == 5 and given[-1] == taken["label"]
    report = chief.call("GET", f"/reports/waiting?{TODAY}")[1]
    assert (report["tickets"], report["finished"], report["expired"]) == (5, 1, 3)
    told = chief.get(f"/api/v1/reports/waiting.csv?{TODAY}").get_data().decode("utf-8-sig")
    table = [row for row in csv.reader(io.StringIO(told), delimiter=";") if row[0] == "service"]
    exported = {row[1]: int(row[2]) for row in table if row[2] != "0"}
    assert exported == {"A": 2, "K": 1, "L": 1, "NIKAH": 1}
