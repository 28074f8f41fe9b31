"""The second factor: set up, asked for, used once, lost, taken away, and asked of managers."""

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from office.people import Account, Role
from office.place import Office
from office.second_factor import STEP
from tests.houses import Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD

MakeAccount = Callable[..., str]

#: What the database keeps of it is asked of both by the rules of accounts and the journal.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


def account_of(staffed: Staffed, username: str) -> Account:
    """Return somebody's account as it stands."""
    found: Account = staffed.read(
        lambda work, office: (
            work.session.query(Account).filter_by(office_id=office.id, username=username).one()
        )
    )
    return found


def set_up(browser: Browser, staffed: Staffed) -> tuple[pyotp.TOTP, list[str]]:
    """Set the second factor up; return the phone and the recovery codes."""
    page = browser.get("/account/second-factor").text
    shown = re.search(r"data-key>(.*?)</p>", page, re.DOTALL)
    assert shown is not None
    phone = pyotp.TOTP("".join(re.findall(r"<span>([A-Z2-7]+)</span>", shown[1])))
    code = phone.at(staffed.clock.now())
    sent = browser.send("/account/second-factor", code=code, password=PASSWORD)
    assert sent.location == "/account/second-factor/codes"
    for language in ("id", "en"):
        done = browser.get(f"{sent.location}?lang={language}")
    codes = re.findall(r'<li class="label">([A-Z0-9]{5}-[A-Z0-9]{5})</li>', done.text)
    assert done.status_code == 200 and len(codes) == 8
    assert browser.send(sent.location).location == "/"
    assert "/sign-in" in browser.get(sent.location).location, "they are not shown again"
    staffed.clock.advance(seconds=STEP)
    return phone, codes


@pytest.fixture
def someone(make_account: MakeAccount) -> str:
    """The sign-in name of a manager."""
    return make_account(Role.MANAGER)


@pytest.fixture
def phone(browser_profile: Browser, someone: str, staffed: Staffed) -> tuple[pyotp.TOTP, list[str]]:
    """The phone and recovery codes of that manager, who is signed in here."""
    browser_profile.sign_in(someone, PASSWORD)
    return set_up(browser_profile, staffed)


def half(browser: Browser, username: str) -> Browser:
    """Give the password alone; return the browser, which is asked for a code."""
    assert browser.sign_in(username, PASSWORD).location == "/sign-in/code"
    return browser


def test_the_password_alone_opens_nothing_any_more(
    phone: tuple[pyotp.TOTP, list[str]], someone: str, make_browser: Callable[[], Browser]
) -> None:
    other = half(make_browser(), someone)
    assert other.get("/manager").location.startswith("/sign-in")
    assert other.call("GET", "/office")[0] == 401
    assert other.send("/sign-in/code", code="000000").status_code == 401
    assert other.call("GET", "/office")[0] == 401


def test_a_code_lets_in_once_and_never_again(
    phone: tuple[pyotp.TOTP, list[str]],
    someone: str,
    staffed: Staffed,
    make_browser: Callable[[], Browser],
) -> None:
    code = phone[0].at(staffed.clock.now())
    assert half(make_browser(), someone).send("/sign-in/code", code=code).status_code == 302
    other = half(make_browser(), someone)
    assert other.send("/sign-in/code", code=code).status_code == 401
    before = phone[0].at(staffed.clock.now().timestamp() - STEP)
    assert other.send("/sign-in/code", code=before).status_code == 401
    after = phone[0].at(staffed.clock.now().timestamp() + STEP)
    assert other.send("/sign-in/code", code=f"{after[:3]} {after[3:]}").status_code == 302
    assert other.get("/manager").status_code == 200


def test_the_code_that_set_it_up_is_used_up_too(
    browser_profile: Browser,
    someone: str,
    staffed: Staffed,
    make_browser: Callable[[], Browser],
) -> None:
    browser_profile.sign_in(someone, PASSWORD)
    at = staffed.clock.now()
    phone, _codes = set_up(browser_profile, staffed)
    assert half(make_browser(), someone).send("/sign-in/code", code=phone.at(at)).status_code == 401


def test_each_recovery_code_lets_in_once(
    phone: tuple[pyotp.TOTP, list[str]], someone: str, make_browser: Callable[[], Browser]
) -> None:
    first, second = phone[1][:2]
    assert half(make_browser(), someone).send("/sign-in/code", code=first).status_code == 302
    other = half(make_browser(), someone)
    assert other.send("/sign-in/code", code=first).status_code == 401
    assert other.send("/sign-in/code", code=second.lower().replace("-", " ")).status_code == 302


def test_codes_cannot_be_tried_one_after_the_other(
    phone: tuple[pyotp.TOTP, list[str]], someone: str, make_browser: Callable[[], Browser]
) -> None:
    other = half(make_browser(), someone)
    codes = ("000000", "000001", "²" * 6, "٣" * 6, "9" * 5000, "000005")
    tried = [other.send("/sign-in/code", code=each).status_code for each in codes]
    assert tried == [401] * 5 + [429]
    assert half(make_browser(), someone).send("/sign-in/code", code="1").status_code == 429


def test_the_first_step_is_forgotten_after_a_while(
    phone: tuple[pyotp.TOTP, list[str]],
    someone: str,
    staffed: Staffed,
    make_browser: Callable[[], Browser],
) -> None:
    other = half(make_browser(), someone)
    staffed.clock.advance(minutes=11)
    code = phone[0].at(staffed.clock.now())
    assert other.send("/sign-in/code", code=code).location == "/sign-in"
    assert make_browser().get("/sign-in/code").location == "/sign-in"


def test_it_is_set_up_and_removed_with_the_password_only(
    browser_profile: Browser, someone: str, staffed: Staffed
) -> None:
    browser_profile.sign_in(someone, PASSWORD)
    browser_profile.get("/account/second-factor")
    sent = {"code": "000000", "password": "wrong"}
    assert browser_profile.send("/account/second-factor", **sent).status_code == 422
    sent["password"] = PASSWORD
    assert browser_profile.send("/account/second-factor", **sent).status_code == 422
    assert account_of(staffed, someone).totp_salt is None
    set_up(browser_profile, staffed)
    end = "/account/second-factor/end"
    assert browser_profile.send(end, password="wrong").status_code == 422
    assert browser_profile.send(end, password=PASSWORD).location == "/account"
    assert account_of(staffed, someone).totp_salt is None
    assert browser_profile.sign_in(someone, PASSWORD).location == "/manager"


def test_no_secret_of_the_phone_is_in_the_database(
    phone: tuple[pyotp.TOTP, list[str]], someone: str, staffed: Staffed
) -> None:
    kept = account_of(staffed, someone)
    told = " ".join(str(value) for value in vars(kept).values())
    assert phone[0].secret not in told
    assert not any(code in told or code.replace("-", "") in told for code in phone[1])


def test_an_invitation_does_not_lead_past_it_and_an_administrator_can_remove_it(
    phone: tuple[pyotp.TOTP, list[str]],
    someone: str,
    staffed: Staffed,
    make_account: MakeAccount,
    make_browser: Callable[[], Browser],
) -> None:
    chief, number = make_browser(), account_of(staffed, someone).id
    chief.sign_in(make_account(Role.ADMINISTRATOR), PASSWORD)
    chief.send(f"/manager/people/{number}/code")
    shown = re.search(r"data-code>([A-Z0-9-]+)<", chief.get("/manager/people").text)
    assert shown is not None
    other, chosen = make_browser(), "tiga kucing di pagar"
    sent: dict[str, Any] = {"username": someone, "code": shown[1]}
    done = other.send("/welcome", **sent, password=chosen, again=chosen)
    assert done.location == "/sign-in/code"
    chief.send(f"/manager/people/{number}/second-factor/end")
    assert make_browser().sign_in(someone, chosen).location == "/manager"


def test_a_bidden_manager_without_one_is_led_to_set_it_up_and_may_do_no_more_meanwhile(
    staffed: Staffed,
    someone: str,
    make_account: MakeAccount,
    make_browser: Callable[[], Browser],
) -> None:
    chief, manager, bid = make_browser(), make_browser(), "/manager/people/second-factor"
    administrator = make_account(Role.ADMINISTRATOR)
    chief.sign_in(administrator, PASSWORD)
    manager.sign_in(someone, PASSWORD)
    assert manager.send(bid, wanted="on").status_code == 403
    assert chief.send(bid, wanted="on").status_code == 409, "one's own first"
    set_up(chief, staffed)
    assert chief.send(bid, wanted="on").status_code == 302
    assert manager.get("/manager").location == "/account/second-factor"
    status, told = manager.call("POST", "/day/close", {})
    assert (status, told["code"]) == (403, "second_factor_missing")
    assert manager.get("/floor").status_code == 200
    set_up(manager, staffed)
    assert manager.get("/manager").status_code == 200
    assert staffed.read(lambda _work, office: isinstance(office, Office) and office.second_factor)


def test_somebody_is_signed_out_everywhere_by_who_sees_to_them(
    staffed: Staffed,
    someone: str,
    make_account: MakeAccount,
    make_browser: Callable[[], Browser],
) -> None:
    chief, manager = make_browser(), make_browser()
    chief.sign_in(make_account(Role.ADMINISTRATOR), PASSWORD)
    manager.sign_in(someone, PASSWORD)
    assert manager.get("/manager").status_code == 200
    path = f"/manager/people/{account_of(staffed, someone).id}/sign-ins/end"
    assert manager.send(path).status_code == 403, "not one's own"
    assert chief.send(path).status_code == 302
    assert manager.get("/manager").location.startswith("/sign-in")
