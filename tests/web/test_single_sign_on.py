"""Single sign-on at a provider of OpenID Connect that really runs, lies, or is dead."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pyotp
import pytest
import requests
from playwright.sync_api import Page, expect

from office.journal import JournalRow
from office.people import Account, Role
from office.second_factor import secret_of
from tests.houses import Client, Server, Staffed
from tests.people import violations
from tests.providers import CLIENT, SECRET, TestingProvider
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD
from web.house import House
from web.provider import Client as AtProvider
from web.provider import PersonUnknown, Provider, SignOnFailed

MakeAccount = Callable[..., str]

#: No matter of the database.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)


@pytest.fixture(scope="module")
def running() -> Iterator[TestingProvider]:
    """A provider of this module's."""
    opened = TestingProvider()
    yield opened
    opened.close()


@pytest.fixture
def provider(running: TestingProvider, staffed: Staffed) -> TestingProvider:
    """That provider, honest, by the test's clock."""
    running.now = lambda: staffed.clock.now().timestamp()
    running.spoil = lambda _header, _claims: None
    running.more, running.asked = {}, {}
    running.forged, running.basic = False, True
    return running


def known_at(provider: TestingProvider, claim: str = "preferred_username", domain: str = "") -> Any:
    """Return the provider as an installation knows it."""
    return Provider(AtProvider(provider.url, CLIENT, SECRET, claim, domain, "Akun Kabupaten"))


@pytest.fixture
def home(client: Client, provider: TestingProvider) -> Iterator[House]:
    """The house of the shared app, which knows that provider."""
    found: House = client.flask.application.extensions["antrean"]
    found.provider = known_at(provider)
    yield found
    found.provider, found.public_url = None, ""


@pytest.fixture
def someone(home: House, make_account: MakeAccount) -> str:
    """The sign-in name of a manager."""
    return make_account(Role.MANAGER)


def newest(staffed: Staffed) -> JournalRow:
    """Return the newest row of the journal, as the audit trail reads it."""
    found: JournalRow = staffed.read(
        lambda work, office: (
            work.session.query(JournalRow)
            .filter_by(office_id=office.id)
            .order_by(JournalRow.version.desc())
            .first()
        )
    )
    return found


def left(browser: Browser, onward: str = "") -> str:
    """Go to the provider; return its address."""
    where: str = browser.get(f"/sign-in/provider?next={onward}").location
    return where


def named(door: str, name: str) -> str:
    """Give a name at the provider; return the path that the browser is sent back to."""
    back = requests.post(door, data={"name": name}, allow_redirects=False, timeout=10)
    return back.headers["Location"].removeprefix("http://localhost")


def arrived(browser: Browser, name: str, onward: str = "") -> str:
    """Sign in at the provider; return where the browser is sent then."""
    where: str = browser.get(named(left(browser, onward), name)).location
    return where


def refusal(browser: Browser, where: str) -> str:
    """Return the code of what the sign-in page says."""
    assert where == "/sign-in?provider=1"
    shown = re.search(r'data-code="([a-z_]+)"', browser.get(where).text)
    assert shown is not None
    return shown[1]


def test_whoever_the_provider_knows_is_signed_in_like_anybody_else(
    browser_profile: Browser, someone: str, staffed: Staffed
) -> None:
    assert arrived(browser_profile, someone) == "/manager"
    row = newest(staffed)
    assert (row.kind, row.detail["how"], row.detail["by_pin"]) == (
        "signed_in",
        "oidc",
        False,
    )
    number = row.detail["sign_in"]
    assert f"/account/sign-ins/{number}/end" not in browser_profile.get("/account").text
    assert browser_profile.get("/manager").status_code == 200
    browser_profile.send(f"/account/sign-ins/{number}/end")
    assert browser_profile.get("/manager").location.startswith("/sign-in")


def test_the_way_goes_on_to_where_it_was_meant_for_but_to_no_other_server(
    browser_profile: Browser, someone: str
) -> None:
    assert arrived(browser_profile, someone, "/manager/week") == "/manager/week"
    assert arrived(browser_profile, someone, "//evil.example/") == "/manager"


def test_without_a_provider_there_is_no_such_way(browser_profile: Browser) -> None:
    assert "sign-in/provider" not in browser_profile.get("/sign-in").text
    for path in ("/sign-in/provider", "/sign-in/provider/back?code=a&state=b"):
        assert browser_profile.flask.get(path).get_json()["code"] == "single_sign_on_off"


def test_nobody_is_created_and_the_refusal_says_whom_a_manager_has_to_add(
    browser_profile: Browser, home: House, staffed: Staffed
) -> None:
    def people(work: Any, _office: Any) -> int:
        found: int = work.session.query(Account).count()
        return found

    before = staffed.read(people)
    where = arrived(browser_profile, "<b>orang.baru")
    assert refusal(browser_profile, where) == "single_sign_on_unknown"
    for language in ("id", "en"):
        page = browser_profile.get(f"{where}&lang={language}").text
        assert "&lt;b&gt;orang.baru" in page and "<b>orang" not in page
    assert staffed.read(people) == before
    assert browser_profile.get("/account").location.startswith("/sign-in")


def test_a_closed_account_stays_closed(
    browser_profile: Browser, someone: str, staffed: Staffed
) -> None:
    with staffed.store.work() as work:
        work.session.query(Account).filter_by(username=someone).one().active = False
    code = refusal(browser_profile, arrived(browser_profile, someone))
    assert code == "single_sign_on_unknown"
    row = newest(staffed)
    assert (row.kind, row.detail["why"]) == ("sign_in_failed", "closed")


def test_among_several_offices_the_name_says_which(
    browser_profile: Browser, home: House, staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    make_staffed()
    code = refusal(browser_profile, arrived(browser_profile, "manajer"))
    assert code == "single_sign_on_unknown"
    office = staffed.read(lambda _work, office: office.code)
    assert arrived(browser_profile, f"manajer@{office}") == "/manager"
    assert newest(staffed).kind == "signed_in"


def test_whoever_was_invited_needs_no_password(
    browser_profile: Browser, someone: str, staffed: Staffed
) -> None:
    with staffed.store.work() as work:
        work.session.query(Account).filter_by(username=someone).one().password_hash = ""
    assert arrived(browser_profile, someone) == "/manager"


def test_the_subject_holds_whatever_the_provider_calls_a_person_later(
    make_browser: Callable[[], Browser],
    someone: str,
    make_account: MakeAccount,
    provider: TestingProvider,
    staffed: Staffed,
) -> None:
    mine, other = make_browser(), make_browser()
    provider.more = {"sub": f"first {someone}"}
    assert arrived(mine, someone) == "/manager"
    # another person is given the name: not the account
    provider.more = {"sub": f"second {someone}"}
    assert refusal(other, arrived(other, someone)) == "single_sign_on_other"
    row = newest(staffed)
    assert (row.kind, row.detail["why"]) == ("sign_in_failed", "subject")
    # the first one is called something else there, even as a colleague here is
    provider.more = {"sub": f"first {someone}"}
    for name in ("sudah.menikah", make_account(Role.STAFF)):
        assert arrived(other, name) == "/manager"
    # an administrator lets the name count once more; whoever was in is out
    admin = make_browser()
    admin.sign_in(make_account(Role.ADMINISTRATOR), PASSWORD)
    number = staffed.read(
        lambda work, _office: work.session.query(Account).filter_by(username=someone).one().id
    )
    path = f"/manager/people/{number}/single-sign-on/end"
    for language in ("id", "en"):
        assert path in admin.get(f"/manager/people?lang={language}").text
    assert admin.send(path).status_code == 302
    assert path not in admin.get("/manager/people").text
    assert mine.get("/manager").location.startswith("/sign-in")
    provider.more = {"sub": f"second {someone}"}
    assert arrived(other, someone) == "/manager"
    # closing the account unlinks it
    admin.send(f"/manager/people/{number}/close")
    assert refusal(other, arrived(other, someone)) == "single_sign_on_unknown"
    kept = staffed.read(lambda work, _office: work.session.get_one(Account, number).subject_hash)
    assert kept is None


@pytest.mark.parametrize("sub", ["", 7, None, ["x"], "x" * 256])
def test_a_subject_that_is_none_opens_nothing(
    browser_profile: Browser, someone: str, provider: TestingProvider, sub: Any
) -> None:
    provider.more = {"sub": sub}
    code = refusal(browser_profile, arrived(browser_profile, someone))
    assert code == "single_sign_on_failed"


LIES: dict[str, Callable[[dict[str, Any], dict[str, Any]], None]] = {
    "no signature": lambda header, _claims: header.update(alg="none"),
    "another algorithm": lambda header, _claims: header.update(alg="HS256"),
    "another nonce": lambda _header, claims: claims.update(nonce="other"),
    "no nonce": lambda _header, claims: claims.pop("nonce"),
    "another audience": lambda _header, claims: claims.update(aud="payroll", azp=CLIENT),
    "several audiences and nobody named": lambda _header, claims: claims.update(aud=[CLIENT, "x"]),
    "another's token": lambda _header, claims: claims.update(azp="payroll"),
    "another issuer": lambda _header, claims: claims.update(iss="http://127.0.0.1:1"),
    "expired": lambda _header, claims: claims.update(exp=claims["iat"] - 61),
    "no end": lambda _header, claims: claims.pop("exp"),
    "from the future": lambda _header, claims: claims.update(iat=claims["iat"] + 120),
    "nobody": lambda _header, claims: claims.pop("sub"),
    "no name": lambda _header, claims: claims.pop("preferred_username"),
    "a name of another kind": lambda _header, claims: claims.update(preferred_username=["a"]),
    "a name nobody can write": lambda _header, claims: claims.update(preferred_username="a\0"),
    "no names of anything": lambda _header, claims: claims.clear(),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_does_not_hold_opens_nothing(
    browser_profile: Browser, someone: str, provider: TestingProvider, lie: str
) -> None:
    provider.spoil = LIES[lie]
    code = refusal(browser_profile, arrived(browser_profile, someone))
    assert code == "single_sign_on_failed"
    assert browser_profile.get("/manager").location.startswith("/sign-in")
    provider.spoil = lambda _header, _claims: None
    assert arrived(browser_profile, someone) == "/manager"


def test_a_token_signed_by_another_key_opens_nothing(
    browser_profile: Browser, someone: str, provider: TestingProvider
) -> None:
    provider.forged = True
    code = refusal(browser_profile, arrived(browser_profile, someone))
    assert code == "single_sign_on_failed"


def test_the_answer_belongs_to_the_browser_that_asked_and_is_good_once(
    make_browser: Callable[[], Browser], someone: str
) -> None:
    mine, other = make_browser(), make_browser()
    back = named(left(mine), someone)
    assert refusal(other, other.get(back).location) == "single_sign_on_failed", "nothing asked"
    left(other)
    assert refusal(other, other.get(back).location) == "single_sign_on_failed", "another state"
    assert mine.get(back).location == "/manager"
    assert refusal(mine, mine.get(back).location) == "single_sign_on_failed", "used"
    spent, state = back.partition("code=")[2], left(other).partition("&state=")[2]
    path = f"/sign-in/provider/back?code={spent.partition('&')[0]}&state={state.partition('&')[0]}"
    assert refusal(other, other.get(path).location) == "single_sign_on_failed", "a spent code"


@pytest.mark.parametrize("answer", ["", "?code=a", "?error=access_denied&state={}", "?state={}"])
def test_coming_back_without_a_code_or_state_opens_nothing(
    browser_profile: Browser, someone: str, answer: str
) -> None:
    state = left(browser_profile).partition("&state=")[2].partition("&")[0]
    path = f"/sign-in/provider/back{answer.format(state)}"
    code = refusal(browser_profile, browser_profile.get(path).location)
    assert code == "single_sign_on_failed"


def test_another_issuer_in_the_answer_and_too_long_a_stay_open_nothing(
    browser_profile: Browser, someone: str, staffed: Staffed
) -> None:
    back = named(left(browser_profile), someone).partition("&iss=")[0]
    where = browser_profile.get(f"{back}&iss=https://evil.example").location
    assert refusal(browser_profile, where) == "single_sign_on_failed"
    back = named(left(browser_profile), someone)
    staffed.clock.advance(minutes=11)
    where = browser_profile.get(back).location
    assert refusal(browser_profile, where) == "single_sign_on_failed"


def test_new_keys_of_the_provider_are_asked_for_when_they_are_met(
    browser_profile: Browser, someone: str, provider: TestingProvider, staffed: Staffed
) -> None:
    assert arrived(browser_profile, someone) == arrived(browser_profile, someone) == "/manager"
    assert (provider.asked["openid-configuration"], provider.asked["keys"]) == (1, 1)
    provider.rotate()
    assert arrived(browser_profile, someone) == arrived(browser_profile, someone) == "/manager"
    assert (provider.asked["openid-configuration"], provider.asked["keys"]) == (1, 2)
    staffed.clock.advance(minutes=61)
    assert arrived(browser_profile, someone) == "/manager"
    assert (provider.asked["openid-configuration"], provider.asked["keys"]) == (2, 3)


def test_while_the_provider_is_dead_the_password_lets_in(
    browser_profile: Browser, someone: str, home: House
) -> None:
    mortal = TestingProvider()
    home.provider = known_at(mortal)
    back = named(left(browser_profile), someone)
    mortal.close()
    where = browser_profile.get(back).location
    assert refusal(browser_profile, where) == "single_sign_on_away"
    home.provider = known_at(mortal)
    assert refusal(browser_profile, left(browser_profile)) == "single_sign_on_away"
    assert browser_profile.sign_in(someone, PASSWORD).location == "/manager"


def test_the_own_second_factor_is_asked_for_whatever_the_provider_says(
    browser_profile: Browser, someone: str, provider: TestingProvider, staffed: Staffed, home: House
) -> None:
    with staffed.store.work() as work:
        work.session.query(Account).filter_by(username=someone).one().totp_salt = "salz"
    provider.more = {"amr": ["pwd", "mfa", "otp"]}
    assert arrived(browser_profile, someone, "/manager/week") == "/sign-in/code"
    assert browser_profile.get("/manager").location.startswith("/sign-in")
    key = browser_profile.flask.application.config["SECRET_KEY"]
    code = pyotp.TOTP(secret_of(key, "salz")).at(staffed.clock.now())
    assert browser_profile.send("/sign-in/code", code=code).location == "/manager/week"
    assert newest(staffed).detail["how"] == "oidc"


def test_behind_a_proxy_the_browser_comes_back_to_the_public_address(
    browser_profile: Browser, someone: str, home: House, provider: TestingProvider
) -> None:
    home.public_url, provider.basic = "http://antrean.example", False
    door = 'href="http://antrean.example/sign-in/provider?next=/floor"'
    assert door in browser_profile.get("/sign-in?next=/floor").text
    back = named(left(browser_profile), someone).removeprefix("http://antrean.example")
    assert browser_profile.get(back).location == "/manager"


def test_no_secret_is_in_the_log(
    browser_profile: Browser,
    someone: str,
    provider: TestingProvider,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    provider.spoil = LIES["another nonce"]
    back = named(left(browser_profile), someone)
    with browser_profile.flask.session_transaction() as kept:
        attempt = dict(kept["single_sign_on"])
    browser_profile.get(back)
    provider.spoil = lambda _header, _claims: None
    arrived(browser_profile, someone)
    out, err = capfd.readouterr()
    # What the provider and the browser of this test write of themselves is no log of ours.
    strangers = ("werkzeug", "urllib3.connectionpool")
    said = "\n".join(
        [out, *(line for line in err.splitlines() if "/realms/" not in line)]
        + [each.getMessage() for each in caplog.records if each.name not in strangers]
    )
    assert "single_sign_on_failed" in said
    code = back.partition("code=")[2].partition("&")[0]
    for secret in (SECRET, attempt["verifier"], attempt["nonce"], attempt["state"], code, someone):
        assert secret not in said


@pytest.mark.parametrize(
    ("claim", "domain", "claims", "name"),
    [
        ("preferred_username", "", {"preferred_username": "Budi"}, "Budi"),
        ("upn", "dukcapil.go.id", {"upn": "budi@Dukcapil.go.id"}, "budi"),
        ("email", "a.id", {"email": "budi@a.id", "email_verified": True}, "budi"),
        ("email", "a.id", {"email": "budi@a.id"}, SignOnFailed),
        ("email", "a.id", {"email": "budi@a.id", "email_verified": "true"}, SignOnFailed),
        ("email", "a.id", {"email": "budi@evil.id", "email_verified": True}, PersonUnknown),
        ("upn", "a.id", {"upn": "budi"}, PersonUnknown),
        ("upn", "a.id", {"upn": "budi@kantor@a.id"}, PersonUnknown),
        ("upn", "a.id", {"upn": "budi@a.id.evil.id"}, PersonUnknown),
    ],
)
def test_the_claim_that_the_settings_name_holds_the_account_name(
    provider: TestingProvider, claim: str, domain: str, claims: dict[str, Any], name: Any
) -> None:
    read = known_at(provider, claim, domain).account_name
    if isinstance(name, str):
        assert read(claims) == name
    else:
        with pytest.raises(name):
            read(claims)


def test_a_person_goes_to_the_provider_and_back_and_out_of_both(
    page: Page, provider: TestingProvider, make_server: Callable[..., Server]
) -> None:
    provider.now = time.time
    server = make_server(**provider.settings())
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/sign-in?lang=id")
    assert violations(page) == []
    page.get_by_role("link", name="Masuk dengan Akun Kabupaten").click()
    page.get_by_label("Nama").fill("manajer")
    page.get_by_role("button", name="Masuk").click()
    page.wait_for_url(f"{server.url}/manager")
    page.goto(f"{server.url}/manager?lang=en")
    page.locator("form[action$='/sign-out'] button").first.click()
    expect(page.get_by_text("You are signed out here.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Sign out of Akun Kabupaten, too").click()
    page.wait_for_url(f"{server.url}/sign-in")
    assert "/logout" not in page.url and provider.asked["logout"] == 1
