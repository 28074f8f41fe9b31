"""The reception desk's addresses, and what becomes of a link whose slip was replaced."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kiosk.printing.jobs import PrintJob
from office.people import Role
from office.place import Office, service_named
from storage.work import Work
from tests.houses import Client, Staffed
from tests.web.browsing import HTML, Browser
from tests.web.conftest import PASSWORD
from tests.web.test_who_may import make_token

#: No query of these tests is asked of one database in another way than of the other.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(staffed: Staffed) -> str:
    """The token of somebody at the reception."""
    return make_token(staffed, Role.RECEPTION)


def test_a_reprint_opens_the_ticket_with_a_new_link_only(
    make_client: Callable[..., Client], staffed: Staffed, desk: str
) -> None:
    client = make_client(printer="file:///dev/null")
    label, old = staffed.take_with_token()
    status, told = client.ask("POST", f"/reception/tickets/{label}/reprint", desk, {})
    assert (status, told["print"], told["ticket"]["label"]) == (200, "queued", label)
    assert client.ask("GET", f"/tickets/{told['token']}")[1]["label"] == label
    for method, path in (
        ("GET", f"/tickets/{old}"),
        ("POST", f"/tickets/{old}/cancel"),
        ("POST", f"/tickets/{old}/step-back"),
    ):
        status, refusal = client.ask(method, path, None, {} if method == "POST" else None)
        assert (status, refusal["code"]) == (410, "ticket_reprinted")
    page = client.flask.get(f"/t/{old}", headers=HTML)
    assert page.status_code == 410
    assert "Struk ini sudah diganti" in page.text
    assert label not in page.text
    assert client.flask.get(f"/t/{old}/qr.svg").status_code == 410
    assert staffed.status(label) == "waiting"
    jobs = staffed.read(
        lambda work, office: list(
            work.session.scalars(select(PrintJob).where(PrintJob.office_id == office.id))
        )
    )
    assert [each.reprint for each in jobs] == [True]


def test_without_a_printer_the_new_link_is_still_told(
    client: Client, staffed: Staffed, desk: str
) -> None:
    label = staffed.take()
    told = client.ask("POST", f"/reception/tickets/{label}/reprint", desk, {})[1]
    assert told["print"] == "none"
    assert told["url"].endswith(told["token"])


def test_the_reception_sets_right_what_went_wrong(
    client: Client, staffed: Staffed, desk: str
) -> None:
    first, second = staffed.take("A"), staffed.take("A")
    path = f"/reception/tickets/{first}"
    moved = client.ask("POST", f"{path}/service", desk, {"service": "K"})[1]["ticket"]
    assert moved["service"]["code"] == "K"
    assert client.ask("POST", f"{path}/needs", desk, {"needs": ["write"]})[0] == 200
    found = client.ask("GET", "/reception/tickets?service=K", desk)[1]["tickets"]
    assert [(each["label"], each["needs"]) for each in found] == [(first, ["write"])]
    found = client.ask("GET", f"/reception/tickets?label={second.lower()}", desk)[1]["tickets"]
    assert [each["label"] for each in found] == [second]
    assert client.ask("GET", "/reception/tickets?since=9", desk)[0] == 422
    assert client.ask("POST", f"{path}/leave", desk, {})[1]["code"] == "no_outage"

    def stop(work: Work, office: Office) -> None:
        service_named(work, office.id, "K").stopped_for = "network"

    staffed.in_turn(stop)
    right = client.ask("POST", f"{path}/leave", desk, {})[1]["return_right"]
    assert (right["reason"], len(right["code"])) == ("outage", 11)
    gone = client.ask("POST", f"/reception/tickets/{second}/cancel", desk, {"reason": "twice"})[1]
    assert gone["ticket"]["status"] == "cancelled"
    assert client.ask("POST", "/tickets", desk, {"service": "A", "needs": ["fetch"]})[0] == 201


def test_needs_are_said_by_the_holder_and_kept_in_no_answer(
    client: Client, staffed: Staffed
) -> None:
    _, token = staffed.take_with_token()
    said = client.ask("POST", f"/tickets/{token}/needs", None, {"needs": ["read", "fetch"]})
    assert said[0] == 200
    assert "needs" not in said[1]
    assert client.ask("GET", f"/tickets/{token}")[1]["needs"] == ["fetch", "read"]
    assert client.ask("POST", f"/tickets/{token}/needs", None, {"needs": ["gold"]})[0] == 422


def test_who_receives_begins_at_the_reception(
    make_browser: Callable[[], Browser], make_account: Callable[..., str]
) -> None:
    browser = make_browser()
    assert browser.sign_in(make_account(Role.RECEPTION), PASSWORD).location == "/reception"
    assert browser.get("/reception").status_code == 200
    assert browser.get("/counter").status_code == 403
