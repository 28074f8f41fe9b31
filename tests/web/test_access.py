"""Who may ask: tokens, people signed in, linked browsers, and when each of them ends."""

import re
from collections.abc import Callable

import pytest

from office.devices import revoke
from office.passwords import set_password
from office.people import Account, Role, Token, actor_of_token
from tests.houses import Client, Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD

MakeAccount = Callable[..., str]
MakeBrowser = Callable[[], Browser]
MakeLinkCode = Callable[..., tuple[int, str]]


@pytest.fixture
def manager(browser_profile: Browser, make_account: MakeAccount) -> Browser:
    """A browser a manager is signed in with."""
    assert browser_profile.sign_in(make_account(Role.MANAGER), PASSWORD).status_code == 302
    assert browser_profile.call("GET", "/office")[0] == 200
    return browser_profile


def test_a_revoked_token_is_not_valid_any_more(client: Client, staffed: Staffed) -> None:
    screen = staffed.sample.tokens["screen"]
    assert client.ask("GET", "/board", screen)[0] == 200
    with staffed.store.work() as work:
        actor = actor_of_token(work, screen)
        assert actor is not None
        revoke(work.session.get_one(Token, actor.token_id), staffed.clock.now())
    status, problem = client.ask("GET", "/board", screen)
    assert (status, problem["code"]) == (401, "credentials_invalid")


def test_a_closed_account_ends_its_tokens_and_its_sessions(
    client: Client, staffed: Staffed, manager: Browser
) -> None:
    with staffed.store.work() as work:
        for account in work.session.query(Account).filter_by(office_id=staffed.office_id):
            account.active = False
    assert client.ask("GET", "/office", staffed.sample.tokens["manager"])[0] == 401
    assert manager.call("GET", "/office")[0] == 401
    assert manager.get("/manager").location == "/sign-in?next=/manager"


def test_a_new_password_ends_every_session_that_began_before_it(
    manager: Browser, staffed: Staffed, make_browser: MakeBrowser
) -> None:
    username = f"manager-of-{staffed.office_id}"
    with staffed.store.work() as work:
        account = work.session.query(Account).filter_by(username=username).one()
        set_password(account, account.password_hash)
    status, problem = manager.call("GET", "/office")
    assert (status, problem["code"]) == (401, "credentials_missing")
    after = make_browser()
    after.sign_in(username, PASSWORD)
    assert after.call("GET", "/office")[0] == 200


def test_a_person_stays_signed_in_for_twelve_hours(manager: Browser, staffed: Staffed) -> None:
    staffed.clock.advance(hours=12)
    assert manager.call("GET", "/office")[0] == 200
    staffed.clock.advance(seconds=1)
    assert manager.call("GET", "/office")[0] == 401


def test_signing_out_ends_the_person_but_not_the_device(
    manager: Browser, make_link_code: MakeLinkCode
) -> None:
    manager.link(make_link_code(Role.SCREEN)[1])
    assert manager.send("/sign-out").location == "/sign-in"
    assert manager.call("GET", "/counters")[0] == 403, "the screen that is left may not"
    assert manager.call("GET", "/board")[0] == 200
    assert manager.get("/display").status_code == 200


def test_a_browser_may_be_a_person_and_devices_at_once(
    browser_profile: Browser, make_account: MakeAccount, make_link_code: MakeLinkCode
) -> None:
    browser_profile.sign_in(make_account(Role.STAFF), PASSWORD)
    assert browser_profile.call("POST", "/tickets", {"service": "A"})[0] == 403
    for role in (Role.SCREEN, Role.KIOSK):
        browser_profile.link(make_link_code(role)[1])
    assert browser_profile.call("POST", "/tickets", {"service": "A"})[0] == 201
    assert browser_profile.call("POST", "/counters/3/open")[0] == 200
    for page in ("/counter", "/kiosk", "/display"):
        assert browser_profile.get(page).status_code == 200


def test_a_revoked_device_is_shown_the_door_and_its_calls_are_refused(
    browser_profile: Browser, staffed: Staffed, make_link_code: MakeLinkCode
) -> None:
    number, code = make_link_code(Role.KIOSK)
    browser_profile.link(code)
    assert browser_profile.get("/kiosk").status_code == 200
    with staffed.store.work() as work:
        revoke(work.session.get_one(Token, number), staffed.clock.now())
    assert browser_profile.get("/kiosk").location == "/link?next=/kiosk"
    assert browser_profile.call("POST", "/tickets", {"service": "A"})[0] == 401


def test_a_token_goes_before_the_cookie_and_is_never_replaced_by_it(
    manager: Browser, staffed: Staffed
) -> None:
    kiosk = {"Authorization": f"Bearer {staffed.sample.tokens['kiosk']}"}
    assert manager.call("GET", "/office", **kiosk)[0] == 403
    status, problem = manager.call("GET", "/office", Authorization="Bearer unknown")
    assert (status, problem["code"]) == (401, "credentials_invalid")


def test_a_clerk_on_the_managers_page_is_told_no_and_a_stranger_to_sign_in(
    browser_profile: Browser, make_account: MakeAccount, make_link_code: MakeLinkCode
) -> None:
    browser_profile.link(make_link_code(Role.KIOSK)[1])
    assert browser_profile.get("/manager").location == "/sign-in?next=/manager"
    browser_profile.sign_in(make_account(Role.STAFF), PASSWORD)
    refused = browser_profile.get("/manager")
    assert (refused.status_code, refused.mimetype) == (403, "text/html")
    assert "403 not_allowed" in refused.text


def test_a_forged_cookie_is_no_cookie(browser_profile: Browser) -> None:
    browser_profile.flask.set_cookie(
        "antrean", "eyJhY2NvdW50Ijp7ImlkIjoxLCJnZW5lcmF0aW9uIjowLCJ1bnRpbCI6OTk5OTk5OTk5OX19.x.y"
    )
    assert browser_profile.call("GET", "/office")[1]["code"] == "credentials_missing"


def test_a_manager_of_one_office_has_no_right_in_another(
    manager: Browser, make_staffed: Callable[[], Staffed]
) -> None:
    other = make_staffed()
    code = other.read(lambda _work, office: office.code)
    assert manager.call("GET", f"/offices/{code}/office")[0] == 403
    device = other.actors["screen"].token_id
    for verb in ("link", "revoke"):
        assert manager.send(f"/manager/devices/{device}/{verb}").status_code == 404
    assert other.read(lambda work, _office: work.session.get_one(Token, device).revoked_at) is None


def test_a_copied_cookie_ends_with_the_sign_out(
    manager: Browser, make_browser: MakeBrowser
) -> None:
    cookie = manager.flask.get_cookie("antrean")
    assert cookie is not None
    copy = make_browser()
    copy.flask.set_cookie("antrean", cookie.value)
    assert copy.call("GET", "/office")[0] == 200
    manager.send("/sign-out")
    assert copy.call("GET", "/office")[0] == 401


def test_a_sign_in_is_ended_from_another_browser_and_by_nobody_else(
    manager: Browser, staffed: Staffed, make_browser: MakeBrowser, make_account: MakeAccount
) -> None:
    other, clerk = make_browser(), make_browser()
    other.flask.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    other.sign_in(f"manager-of-{staffed.office_id}", PASSWORD)
    clerk.sign_in(make_account(Role.STAFF), PASSWORD)
    page = manager.get("/account?lang=en").text
    numbers = re.findall(r"/account/sign-ins/(\d+)/end", page)
    assert "Firefox, Windows" in page
    assert len(numbers) == 1
    ended = f"/account/sign-ins/{numbers[0]}/end"
    assert clerk.send(ended).status_code == 404
    assert other.call("GET", "/office")[0] == 200
    assert manager.send(ended).location == "/account"
    assert other.call("GET", "/office")[0] == 401
    assert manager.send(ended).status_code == 404
    assert manager.send("/account/sign-ins/99999999999999999999/end").status_code == 404


def test_a_password_is_chosen_anew_with_the_old_one(
    manager: Browser, staffed: Staffed, make_browser: MakeBrowser
) -> None:
    username, other = f"manager-of-{staffed.office_id}", make_browser()
    other.sign_in(username, PASSWORD)
    wanted = {"password": PASSWORD, "new": "kata sandi baru", "again": "kata sandi baru"}
    for wrong in ({"password": "x"}, {"again": "kata sandi lain"}, {"new": "a", "again": "a"}):
        assert manager.send("/account/password", **(wanted | wrong)).status_code == 422
    assert other.call("GET", "/office")[0] == 200
    assert manager.send("/account/password", **wanted).location == "/account"
    assert manager.call("GET", "/office")[0] == 200
    assert other.call("GET", "/office")[0] == 401
    assert make_browser().sign_in(username, PASSWORD).status_code == 401
    assert make_browser().sign_in(username, "kata sandi baru").status_code == 302
