"""Requests about personal data, from a visitor's page to the answer there."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from office.people import Role
from tests.houses import Staffed
from tests.web.browsing import HTML, Browser
from tests.web.conftest import PASSWORD

#: What the database does of it is asked of both where the rules are tested.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


def test_a_visitor_asks_with_the_tickets_secret_and_reads_the_answer_there(
    staffed: Staffed, make_browser: Callable[[], Browser], make_account: Callable[..., str]
) -> None:
    label, secret = staffed.take_with_token()
    page = f"/t/{secret}/data?lang=en"
    visitor, manager = make_browser().flask, make_browser()
    assert label in visitor.get(page).text
    sent = {"wish": "correction", "words": "NIK saya 5203014107850003"}
    assert visitor.post(page, data=sent, headers=HTML).status_code == 422
    sent["words"] = "Layanan saya tertukar <b>"
    assert visitor.post(page, data=sent, headers=HTML).status_code == 302
    assert visitor.post(page, data=sent, headers=HTML).status_code == 409
    assert visitor.get("/t/wrong/data").status_code == 404
    manager.get("/sign-in?lang=en")
    name = make_account(Role.MANAGER)
    manager.sign_in(name, PASSWORD)
    assert "1 request about personal data is open." in manager.get("/manager").text
    listed = manager.get("/manager/requests").text
    assert "tertukar &lt;b&gt;" in listed and "72 hours left" in listed and label in listed
    staffed.clock.moment += timedelta(hours=73)
    manager.sign_in(name, PASSWORD)
    assert "overdue since" in manager.get("/manager/requests").text
    assert "1 is overdue." in manager.get("/manager").text
    found = re.search(r"/manager/requests/(\d+)", listed)
    assert found is not None
    manager.send(found[0], state="done", answer="Sudah dibetulkan")
    assert "Sudah dibetulkan" in visitor.get(page).text
    assert "overdue" not in manager.get("/manager").text


def test_what_is_asked_at_the_desk_is_entered_with_how_it_was_proved(
    browser_profile: Browser, make_account: Callable[..., str]
) -> None:
    browser_profile.get("/sign-in?lang=en")
    browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD)
    sent = {"wish": "deletion", "words": "Hapus komentar tanggal 3"}
    path = "/manager/requests"
    assert browser_profile.send(path, **sent, proof="ticket_secret").status_code == 422
    assert browser_profile.send(path, **sent, proof="letter").status_code == 302
    assert "by letter" in browser_profile.get(path).text
