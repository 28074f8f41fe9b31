"""How often something may be asked."""

from collections.abc import Callable

import pytest

from tests.houses import Client, Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD

#: No query of these tests is asked of one database in another way than of the other.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


@pytest.fixture(autouse=True)
def _hashing_takes_no_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.doors.matches", lambda _hash, password: password == PASSWORD)


def test_passwords_cannot_be_tried_one_after_the_other(
    browser_profile: Browser,
    make_browser: Callable[[], Browser],
    make_account: Callable[..., str],
) -> None:
    username = make_account()
    tried = [browser_profile.sign_in(username, "wrong").status_code for _ in range(10)]
    assert set(tried) == {401}
    refused = make_browser().sign_in(username, PASSWORD)
    assert refused.status_code == 429, "from the same address, whatever the browser"
    assert 0 < int(refused.headers["Retry-After"]) <= 61
    assert "too_many_requests" in refused.text
    browser_profile.flask.environ_base["REMOTE_ADDR"] = "127.0.0.2"
    assert browser_profile.sign_in(username, PASSWORD).status_code == 302


def test_link_codes_cannot_be_tried_one_after_the_other(
    browser_profile: Browser, make_link_code: Callable[..., tuple[int, str]]
) -> None:
    _, code = make_link_code()
    assert {browser_profile.link(f"AAAAAAA{n}").status_code for n in range(10)} == {422}
    assert browser_profile.link(code).status_code == 429


def test_phones_that_share_an_address_are_limited_by_their_ticket(
    client: Client, staffed: Staffed
) -> None:
    _, one = staffed.take_with_token()
    _, other = staffed.take_with_token()
    answers = [client.ask("GET", f"/tickets/{one}") for _ in range(121)]
    assert [status for status, _ in answers] == [200] * 120 + [429]
    assert answers[-1][1]["code"] == "too_many_requests"
    assert answers[-1][1]["detail"] == "Terlalu banyak permintaan. Silakan tunggu sebentar."
    assert client.ask("GET", f"/tickets/{other}")[0] == 200


def test_a_phone_that_looks_too_often_can_still_give_its_ticket_back(
    client: Client, staffed: Staffed
) -> None:
    _, token = staffed.take_with_token()
    for _ in range(121):
        client.ask("GET", f"/tickets/{token}")
    assert client.ask("POST", f"/tickets/{token}/cancel")[0] == 200
