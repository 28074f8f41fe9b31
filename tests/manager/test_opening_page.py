"""The page on which an office opens: it tells whom that ends, and what all pages say afterwards."""

from collections.abc import Callable

from sqlalchemy import delete

from office import early, hours
from office.early import Fate, Reason, Wish
from office.people import Role
from office.place import Hours, Office
from storage.work import Work
from tests.houses import Staffed
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD


def test_opening_tells_whose_numbers_end_and_starts_anew(
    staffed: Staffed, browser_profile: Browser, make_account: Callable[..., str]
) -> None:
    staffed.change(rehearsal=True)
    called, waiting = staffed.take("A"), staffed.take("A")
    staffed.next(1)
    browser = browser_profile
    browser.sign_in(make_account(Role.MANAGER), PASSWORD)
    assert "/manager/opening" in browser.get("/manager/hours").text
    page = browser.get("/manager/opening?lang=id").text
    assert "1 nomor masih menunggu:" in page
    assert waiting in page
    assert "dipanggil ke Loket 1" in page
    assert called in page
    done = browser.send("/manager/opening")
    assert done.location == "/manager/opening"
    after = browser.get("/manager/opening").text
    assert "Latihan berakhir Rabu, 25 November 2026" in after
    assert "Kembali ke latihan" in after
    again = browser.send("/manager/opening")
    assert again.status_code == 409
    assert "Kantor sudah dibuka." in again.text
    assert staffed.take("A") == "A001"
    assert "Kembali ke latihan" not in browser.get("/manager/opening").text
    refused = browser.send("/manager/opening/rehearse")
    assert refused.status_code == 409


def test_what_is_missing_is_named_in_place_of_the_button(
    staffed: Staffed, browser_profile: Browser, make_account: Callable[..., str]
) -> None:
    def empty(work: Work, office: Office) -> None:
        work.session.execute(delete(Hours).where(Hours.office_id == office.id))

    staffed.change(rehearsal=True)
    browser = browser_profile
    browser.sign_in(make_account(Role.MANAGER), PASSWORD)
    assert "Ya, buka kantor" in browser.get("/manager/opening?lang=id").text
    staffed.in_turn(empty)
    page = browser.get("/manager/opening").text
    assert "Ya, buka kantor" not in page
    assert 'Kantor belum dapat dibuka sebelum ada: <a href="/manager/hours">' in page
    refused = browser.send("/manager/opening")
    assert refused.status_code == 409
    assert "Kantor belum dapat dibuka sebelum ada jam layanan" in refused.text


def test_all_screens_say_alike_whether_numbers_are_given(
    staffed: Staffed, browser_profile: Browser, make_account: Callable[..., str]
) -> None:
    browser = browser_profile
    browser.sign_in(make_account(Role.MANAGER), PASSWORD)

    def told() -> list[object]:
        places = ("/services", "/board", "/floor")
        found = [browser.call("GET", each)[1]["office"] for each in places]
        return [(each["open"], each["opens_at"]) for each in found]

    staffed.change(rehearsal=False)
    now = staffed.clock.now()
    state = staffed.read(lambda work, office: hours.doors(work, office, now))
    assert told() == [(state["open"], state["opens_at"])] * 3
    assert state["open"]
    close = Wish(Reason.POWER, Fate.SERVED, None)
    staffed.in_turn(
        lambda work, office: early.close(work, office, staffed.actors["manager"], now, close)
    )
    shut = told()
    assert shut[0][0] is False  # type: ignore[index]
    assert shut[0][1].startswith("2026-11-2")  # type: ignore[index]
    assert shut == [shut[0]] * 3
