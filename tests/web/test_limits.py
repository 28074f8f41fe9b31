"""How often something may be asked."""

from collections.abc import Callable

import pytest

from office.people import Role
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


def test_a_name_has_the_same_tries_in_whatever_way_it_is_written(
    browser_profile: Browser, make_account: Callable[..., str], staffed: Staffed
) -> None:
    username = make_account()
    code = staffed.read(lambda _work, office: office.code)
    for n in range(10):
        written = (username, f"{username}@", f" {username.upper()}@{code} ")[n % 3]
        assert browser_profile.sign_in(written, "wrong").status_code == 401
    for written in (username, f"{username}@", f"{username}@{code}", f"{username} @x"):
        assert browser_profile.sign_in(written, "wrong").status_code == 429


def test_nobody_at_the_counters_address_keeps_a_clerk_out_of_a_browser_they_know(
    browser_profile: Browser,
    make_browser: Callable[[], Browser],
    make_account: Callable[..., str],
) -> None:
    username, other = make_account(), make_account(Role.RECEPTION)
    assert browser_profile.sign_in(username, PASSWORD).status_code == 302
    stranger = make_browser()
    while stranger.sign_in(username, "wrong").status_code == 401:
        pass
    form = {"csrf_token": stranger.token(), "password": "wrong"}
    for n in range(50):
        refused = stranger.flask.post("/sign-in", data={**form, "username": f"nobody-{n}"})
    assert refused.status_code == 429, "the whole address has used its tries up"
    assert make_browser().sign_in(username, PASSWORD).status_code == 429
    assert browser_profile.sign_in(other, PASSWORD).status_code == 429, "not their browser"
    assert browser_profile.sign_in(username, PASSWORD).status_code == 302


def test_a_known_browser_has_no_more_tries_than_others(
    browser_profile: Browser,
    make_browser: Callable[[], Browser],
    make_account: Callable[..., str],
    staffed: Staffed,
) -> None:
    username = make_account()
    assert browser_profile.sign_in(username, PASSWORD).status_code == 302
    code = staffed.read(lambda _work, office: office.code)
    tried = [
        browser_profile.sign_in(written, "wrong").status_code
        for written in (username, f"{username}@{code}") * 5
    ]
    assert set(tried) == {401}
    assert browser_profile.sign_in(username, PASSWORD).status_code == 429
    assert make_browser().sign_in(username, PASSWORD).status_code == 302, "nor takes away others'"


def test_what_makes_a_browser_known_is_no_way_in_and_is_hidden_from_its_pages(
    browser_profile: Browser, make_browser: Callable[[], Browser], make_account: Callable[..., str]
) -> None:
    answer = browser_profile.sign_in(make_account(), PASSWORD)
    (cookie,) = [each for each in answer.headers.getlist("Set-Cookie") if "-known=" in each]
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    name, _, value = cookie.partition(";")[0].partition("=")
    thief = make_browser()
    thief.flask.set_cookie(name, value)
    assert thief.get("/account").status_code == 302


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
