"""Taking a counter over by PIN, as the server answers it: whose browser it is, and refusals."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from office.people import Account, Role
from office.requests import KeptAnswer
from tests.houses import Client, Staffed
from tests.office.observing import changes
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD
from tools.nursery import QUICK

#: No query of these tests is asked of one database in another way than of the other.
pytestmark = pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)

PIN = "280145"


@pytest.fixture
def colleague(staffed: Staffed) -> Callable[..., int]:
    """Make people with a PIN, or none; each call returns the account's id."""

    def make(name: str, role: Role = Role.STAFF, pin: str | None = PIN) -> int:
        with staffed.store.work() as work:
            account = Account(
                office_id=staffed.office_id,
                username=name,
                name=name.title(),
                role=role.value,
                password_hash="none",
                pin_hash=QUICK.hash(pin) if pin else None,
            )
            work.session.add(account)
            work.session.flush()
            return account.id

    return make


@pytest.fixture
def clerk(browser_profile: Browser, make_account: Callable[..., str]) -> Browser:
    """A browser of a clerk who sits at counter 3."""
    browser_profile.sign_in(make_account(), PASSWORD)
    assert browser_profile.call("POST", "/counters/3/open")[0] == 200
    return browser_profile


def take_over(browser: Browser, account: str, pin: str = PIN, number: int = 3) -> tuple[int, str]:
    """Try; return the status and the code of a refusal."""
    body = {"account": account, "pin": pin}
    status, told = browser.call("POST", f"/counters/{number}/take-over", body)
    return status, told.get("code", "")


def test_the_browser_is_the_new_clerks_and_nothing_of_the_pin_is_kept(
    clerk: Browser, staffed: Staffed, colleague: Callable[..., int]
) -> None:
    number = colleague("sari")
    body = {"account": "Sari", "pin": PIN}
    for _ in range(2):
        status, told = clerk.call("POST", "/counters/3/take-over", body, Idempotency_Key="once")
        assert (status, told["ticket"]) == (200, None)
    (there,) = [
        each for each in clerk.call("GET", "/counters")[1]["counters"] if each["number"] == 3
    ]
    assert (there["clerk"], there["account_id"]) == ("Sari", number)
    assert "Sari" in clerk.get("/counter/3").text
    kinds = [change["kind"] for change in changes(staffed)]
    assert kinds.count("counter_taken_over") == 1
    own = select(KeptAnswer.key).where(KeptAnswer.office_id == staffed.office_id)
    kept = staffed.read(lambda work, _office: work.session.scalars(own).all())
    assert "once" not in kept


def test_a_manager_by_pin_is_no_manager(clerk: Browser, colleague: Callable[..., int]) -> None:
    colleague("kepala", Role.MANAGER)
    assert take_over(clerk, "kepala") == (200, "")
    assert clerk.get("/manager").status_code == 403
    assert clerk.call("GET", "/reports/waiting?from=2026-11-01&to=2026-11-24")[0] == 403
    assert clerk.get("/counter/3").status_code == 200
    assert clerk.get("/").headers["Location"] == "/counter"


def test_whoever_does_not_prove_it_stays_out_and_is_told_why(
    clerk: Browser,
    client: Client,
    staffed: Staffed,
    make_browser: Callable[[], Browser],
    colleague: Callable[..., int],
) -> None:
    colleague("sari")
    colleague("baru", pin=None)
    colleague("pengawas", Role.INSPECTOR)
    assert take_over(clerk, "sari", "280146") == (422, "pin_wrong")
    assert take_over(clerk, "baru") == (409, "pin_unset")
    assert take_over(clerk, "siapa") == (404, "account_unknown")
    assert take_over(clerk, "pengawas") == (403, "not_allowed")
    assert take_over(clerk, "sari", number=99) == (404, "counter_unknown")
    with staffed.store.work() as work:
        work.session.query(Account).filter_by(
            office_id=staffed.office_id, username="sari"
        ).one().active = False
    assert take_over(clerk, "sari") == (404, "account_unknown")
    assert take_over(make_browser(), "sari")[0] == 401
    bound = staffed.sample.tokens["clerks"]["2"]
    body = {"account": "pengawas", "pin": PIN}
    assert client.ask("POST", "/counters/3/take-over", bound, body)[1]["code"] == "not_allowed"
    kinds = [change["kind"] for change in changes(staffed)]
    assert "counter_taken_over" not in kinds
    assert kinds.count("sign_in_failed") == 1


def test_pins_cannot_be_tried_one_after_the_other_and_the_password_goes_on(
    clerk: Browser, colleague: Callable[..., int], staffed: Staffed, password_hash: str
) -> None:
    number = colleague("sari")
    with staffed.store.work() as work:
        work.session.get_one(Account, number).password_hash = password_hash
    tried = [take_over(clerk, "sari", f"28014{n}")[0] for n in (1, 2, 3, 4, 6)]
    assert tried == [422] * 5
    assert take_over(clerk, "sari") == (429, "too_many_requests")
    elsewhere = [take_over(clerk, "sari", "280147", number)[0] for number in (1, 1, 1, 1, 1, 2)]
    assert elsewhere == [422] * 5 + [429], "ten in a minute, wherever it is tried"
    office = staffed.read(lambda _work, office: office.code)
    assert clerk.sign_in(f"sari@{office}", PASSWORD).status_code == 302


def test_a_pin_is_chosen_with_the_password_only(
    clerk: Browser, staffed: Staffed, make_browser: Callable[[], Browser]
) -> None:
    def choose(**fields: str) -> str:
        return str(clerk.send("/account/pin", **fields).text)

    def kept() -> str | None:
        found: str | None = staffed.read(
            lambda work, office: (
                work.session.query(Account)
                .filter_by(office_id=office.id, username=f"staff-of-{office.id}")
                .one()
                .pin_hash
            )
        )
        return found

    assert "belum punya PIN" in clerk.get("/account").text
    assert "Kata sandi salah" in choose(pin=PIN, again=PIN, password="salah")
    assert "tidak sama" in choose(pin=PIN, again="280146", password=PASSWORD)
    assert "enam angka" in choose(pin="111111", again="111111", password=PASSWORD)
    assert kept() is None
    choose(pin=PIN, again=PIN, password=PASSWORD)
    assert "Anda sudah punya PIN" in clerk.get("/account").text
    assert kept() is not None
    choose(pin="", again="", password=PASSWORD)
    assert kept() is None
    assert make_browser().get("/account").location == "/sign-in?next=/account"
