"""The fairness of the queue as the manager and the API are told it."""

from office import calling
from office.people import Role
from tests.houses import Client, Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD

DAY = "from=2026-11-25&to=2026-11-25"


def test_the_report_tells_reasons_and_the_bound(client: Client, staffed: Staffed) -> None:
    for _ in range(3):
        staffed.take()
    staffed.at(1, calling.call_ticket, "A003", "our_mistake")
    manager = staffed.sample.tokens["manager"]
    status, told = client.ask("GET", f"/reports/fairness?{DAY}", manager)
    assert status == 200
    assert told["by_reason"] == {"our_mistake": 2}
    assert (told["calls"], told["unexplained"], told["latest_overtaker_min"]) == (1, 0, 30)


def test_the_page_names_the_reason_in_the_readers_language(
    browser_profile: Browser, staffed: Staffed, make_account: object
) -> None:
    for _ in range(2):
        staffed.take()
    staffed.at(1, calling.call_ticket, "A002", "our_mistake")
    browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD)  # type: ignore[operator]
    page = browser_profile.get(f"/manager/fairness?{DAY}&lang=id")
    assert page.status_code == 200
    assert "Diputuskan: kesalahan kami" in page.text
    assert "30 menit pertama" in page.text


def test_a_clerk_is_not_told(client: Client, staffed: Staffed) -> None:
    clerk = staffed.sample.tokens["clerks"]["1"]
    assert client.ask("GET", f"/reports/fairness?{DAY}", clerk)[0] == 403


def test_a_manager_grants_a_right_on_the_page_and_it_holds_at_once(
    browser_profile: Browser, staffed: Staffed, make_account: object
) -> None:
    clerk = staffed.actors["1"].account_id
    browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD)  # type: ignore[operator]
    assert "Hak petugas" in browser_profile.get("/manager/rights").text
    answer = browser_profile.send(f"/manager/rights/{clerk}", right="ticket.walk_in")
    assert answer.location == "/manager/rights"
    staffed.take()
    staffed.next(1)
    token = staffed.sample.tokens["clerks"]["1"]
    transfer = {"Authorization": f"Bearer {token}"}
    refused = browser_profile.flask.post(
        "/api/v1/counters/1/transfer", json={"service": "K"}, headers=transfer
    )
    assert (refused.status_code, refused.get_json()["code"]) == (403, "not_allowed")
