"""The kiosk in a real browser: two taps, one ticket, whatever the network and the fingers do."""

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from babel.dates import format_date
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from office.clock import local_midnight
from office.place import ClosedDay, Hours, Office
from storage.work import Work
from tests.houses import Server
from tests.kiosk.conftest import Arrange, service
from tests.people import violations

OpenKiosk = Callable[..., Page]

#: Lets a page believe that time has passed.
LEAP = """
window.leap = 0;
const real = performance.now.bind(performance);
performance.now = () => real() + window.leap;
"""


#: The server's clock, three days later.
DAYS_LATER = """
from datetime import timedelta
from office.clock import SystemClock
now = SystemClock.now
SystemClock.now = lambda self: now(self) + timedelta(days=3)
"""


@pytest.fixture
def kiosk(open_kiosk: OpenKiosk) -> Page:
    """A kiosk at its start, in Indonesian."""
    return open_kiosk()


def tile(page: Page, code: str) -> Locator:
    """Return the tile of a service."""
    return page.locator(f"[data-services] [data-code={code}]")


def waiting(server: Server, code: str = "A") -> int:
    """Return how many wait for a service."""
    _, answer = server.ask("GET", "/services")
    counts = {each["code"]: int(each["waiting"]) for each in answer["services"]}
    return counts[code]


def test_two_taps_give_a_number_and_the_way_to_follow_it(kiosk: Page, server: Server) -> None:
    tile(kiosk, "L").click()
    expect(kiosk.get_by_role("heading", name="Akta Kelahiran")).to_be_focused()
    expect(kiosk.locator("[data-bring]")).to_contain_text("Dua saksi")
    expect(kiosk.get_by_role("radio", name="Umum")).to_be_checked()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("L001")
    expect(kiosk.get_by_role("heading", name="Nomor Anda")).to_be_focused()
    expect(kiosk.locator("[data-ticket-place]")).to_have_text(
        "Tidak ada orang di depan Anda untuk layanan ini."
    )
    expect(kiosk.locator("[data-ticket-print]")).to_have_text(
        "Tidak ada struk. Mohon catat atau foto nomor Anda."
    )
    expect(kiosk.locator("[data-countdown]")).to_contain_text("Kembali ke awal dalam")
    expect(kiosk.locator("[data-qr]")).not_to_have_js_property("naturalWidth", 0)
    [code] = zxingcpp.read_barcodes(
        Image.open(io.BytesIO(kiosk.locator("[data-qr]").screenshot())).convert("L")
    )
    assert code.text.startswith(f"{server.url}/t/")
    _, ticket = server.ask("GET", code.text.removeprefix(server.url).replace("/t/", "/tickets/"))
    assert (ticket["label"], ticket["priority"], ticket["locale"]) == ("L001", "ordinary", "id")
    kiosk.get_by_role("button", name="Selesai").click()
    expect(kiosk.get_by_role("heading", name="Anda ingin mengurus apa?")).to_be_visible()
    expect(kiosk.locator("[data-label]")).to_have_text("")


def test_priority_is_one_touch_more_and_no_reason_is_asked(kiosk: Page) -> None:
    tile(kiosk, "A").click()
    kiosk.get_by_text("Prioritas", exact=True).click()
    expect(kiosk.get_by_text("Alasannya tidak dicatat.")).to_be_visible()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    expect(kiosk.locator("[data-ticket-priority]")).to_have_text("Prioritas")


def test_two_taps_in_one_make_one_ticket(kiosk: Page, server: Server) -> None:
    tile(kiosk, "A").dblclick()
    expect(kiosk.get_by_role("button", name="Ambil nomor")).to_be_visible()
    kiosk.wait_for_timeout(500)
    assert waiting(server) == 0
    kiosk.evaluate("for (let i = 0; i < 3; i += 1) document.querySelector('[data-take]').click()")
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    kiosk.wait_for_timeout(500)
    assert waiting(server) == 1


def test_a_lost_answer_is_asked_for_again_and_makes_one_ticket(kiosk: Page, server: Server) -> None:
    keys = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    kiosk.route("**/api/v1/tickets", lose)
    tile(kiosk, "A").click()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    assert len(keys) == 2 and len(set(keys)) == 1
    assert waiting(server) == 1


def test_a_page_open_for_days_gets_a_new_token_by_itself_and_counts_anew(
    kiosk: Page, server: Server, tmp_path: Path
) -> None:
    tile(kiosk, "A").click()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    kiosk.get_by_role("button", name="Selesai").click()
    kiosk.evaluate("window.whole = true")
    server.stop()
    (tmp_path / "sitecustomize.py").write_text(DAYS_LATER)
    server.environ["PYTHONPATH"] = str(tmp_path)
    server.start()
    expect(tile(kiosk, "A")).to_contain_text("tidak ada yang menunggu", timeout=30_000)
    kiosk.evaluate("document.querySelector('meta[name=\"csrf-token\"]').content = 'of old'")
    tile(kiosk, "A").click()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    assert waiting(server) == 1
    assert kiosk.evaluate("window.whole") is True


def test_numbers_waiting_change_by_themselves_under_a_resting_finger(
    kiosk: Page, server: Server
) -> None:
    held = tile(kiosk, "A").element_handle()
    assert held is not None
    for _ in range(2):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    expect(tile(kiosk, "A")).to_contain_text("2 menunggu")
    expect(tile(kiosk, "A")).to_contain_text("belum ada loket buka")
    server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    expect(tile(kiosk, "A")).to_contain_text("1 menunggu")
    expect(tile(kiosk, "A")).to_contain_text("biasanya")
    assert held.evaluate("tile => tile.isConnected")


def test_what_cannot_be_had_says_why(open_kiosk: OpenKiosk, arrange: Arrange) -> None:
    def act(work: Work, office: Office) -> None:
        tomorrow = office.today(datetime.now(UTC)) + timedelta(days=1)
        service(work, "C").suspended = True
        service(work, "C").suspended_text = {"id": "Jaringan pusat terputus."}
        service(work, "C").suspended_until = local_midnight(tomorrow, office.timezone) - timedelta(
            minutes=1
        )
        service(work, "L").quota = 0
        service(work, "A").names = {"id": "<img src=x onerror=alert(1)>"}

    arrange(act)
    kiosk = open_kiosk()
    expect(tile(kiosk, "A")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(tile(kiosk, "L")).to_contain_text("nomor hari ini habis")
    tile(kiosk, "C").click()
    expect(kiosk.locator("[data-why-not]")).to_have_text(
        "Jaringan pusat terputus. Nomor diberikan lagi pukul 23.59."
    )
    expect(kiosk.locator("[data-take]")).to_be_hidden()
    kiosk.get_by_role("button", name="Pilih layanan lain").click()
    expect(tile(kiosk, "C")).to_be_focused()


def test_a_closed_office_says_when_it_opens_again_in_both_languages(
    open_kiosk: OpenKiosk, arrange: Arrange
) -> None:
    def act(work: Work, office: Office) -> date:
        office.rehearsal = False
        work.session.query(Hours).delete()
        # only on one day of the week, and not on the next of them
        now = datetime.now(ZoneInfo(office.timezone))
        day = now.date() + timedelta(days=3)
        work.session.add(ClosedDay(office_id=office.id, day=day, names={}))
        hours = {"weekday": day.weekday(), "opens": time(8), "closes": time(15)}
        work.session.add(Hours(office_id=office.id, **hours))
        return day + timedelta(days=7)

    day = arrange(act)
    kiosk = open_kiosk("en")
    expect(kiosk.get_by_role("heading", name="The office is closed now")).to_be_visible()
    told = kiosk.locator("[data-closed-text]")
    english = f"It opens again on {format_date(day, 'EEEE, d MMMM y', 'en')} at 08:00."
    indonesian = f"Buka lagi {format_date(day, 'EEEE, d MMMM y', 'id')} pukul 08.00."
    expect(told).to_have_text([re.compile(english), re.compile(indonesian)])
    expect(tile(kiosk, "A")).to_contain_text("closed now")
    expect(kiosk.locator("[data-rehearsal]")).to_be_hidden()
    assert violations(kiosk) == []
    tile(kiosk, "A").click()
    expect(kiosk.locator("[data-why-not]")).to_contain_text(english)


def test_a_refusal_is_told_in_words(kiosk: Page, arrange: Arrange) -> None:
    tile(kiosk, "A").click()
    expect(kiosk.locator("[data-take]")).to_be_visible()
    arrange(lambda work, _office: setattr(service(work, "A"), "quota", 0))
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-screen=confirm]")).to_contain_text("sudah habis")
    expect(kiosk.locator("[data-take]")).to_be_hidden()


def test_without_its_server_the_kiosk_says_so_and_recovers_by_itself(
    kiosk: Page, server: Server
) -> None:
    kiosk.evaluate("window.whole = true")
    server.kill()
    message = kiosk.get_by_role("alertdialog")
    expect(message).to_contain_text("Silakan minta nomor kepada petugas.", timeout=10_000)
    for _ in range(3):
        kiosk.keyboard.press("Escape")
    expect(message).to_be_visible()
    assert violations(kiosk) == []
    server.start()
    expect(message).to_be_hidden(timeout=15_000)
    tile(kiosk, "A").click()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    assert kiosk.evaluate("window.whole") is True


def test_a_number_given_stays_on_the_screen_though_the_server_goes(
    kiosk: Page, server: Server
) -> None:
    tile(kiosk, "A").click()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    server.kill()
    kiosk.wait_for_timeout(4000)
    expect(kiosk.locator("[data-label]")).to_be_visible()
    kiosk.get_by_role("button", name="Selesai").click()
    expect(kiosk.get_by_role("alertdialog")).to_be_visible()


def test_left_alone_it_returns_to_the_start_in_indonesian(
    open_kiosk: OpenKiosk, page: Page
) -> None:
    page.add_init_script(LEAP)
    kiosk = open_kiosk("en")
    tile(kiosk, "A").click()
    expect(kiosk.locator("[data-countdown]")).to_contain_text("Back to the start in")
    kiosk.evaluate("window.leap += 22_000")
    expect(kiosk.locator("[data-countdown]")).to_contain_text("Touch the screen to stay.")
    kiosk.mouse.click(5, 900)
    expect(kiosk.locator("[data-countdown]")).to_contain_text("30 seconds")
    kiosk.evaluate("window.leap += 22_000")
    kiosk.get_by_role("button", name="I need more time").click()
    kiosk.evaluate("window.leap += 100_000")
    expect(kiosk.locator("[data-countdown]")).to_contain_text("Back to the start in")
    kiosk.evaluate("window.leap += 31_000")
    expect(kiosk.get_by_role("heading", name="Anda ingin mengurus apa?")).to_be_visible()
    assert kiosk.evaluate("document.documentElement.lang") == "id"


def test_the_language_changes_in_place_on_every_screen(kiosk: Page, server: Server) -> None:
    tile(kiosk, "A").click()
    kiosk.get_by_text("Prioritas", exact=True).click()
    kiosk.get_by_role("link", name="English").click()
    expect(kiosk.get_by_role("heading", name="ID card enrolment")).to_be_visible()
    expect(kiosk.get_by_role("radio", name="Priority")).to_be_checked()
    kiosk.get_by_role("button", name="Take a number").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    kiosk.get_by_role("link", name="Indonesia").click()
    expect(kiosk.get_by_role("heading", name="Nomor Anda")).to_be_visible()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    assert waiting(server) == 1


def test_fingers_cannot_zoom_or_leave_the_page(kiosk: Page) -> None:
    wire = kiosk.context.new_cdp_session(kiosk)
    wire.send("Input.synthesizePinchGesture", {"x": 500, "y": 900, "scaleFactor": 2.0})
    assert kiosk.evaluate("visualViewport.scale") == 1
    assert kiosk.evaluate("getComputedStyle(document.documentElement).overscrollBehavior") == "none"
    assert kiosk.evaluate(
        "!document.body.dispatchEvent("
        "new Event('contextmenu', { bubbles: true, cancelable: true }))"
    )


def test_a_keyboard_is_enough(kiosk: Page) -> None:
    tile(kiosk, "A").focus()
    kiosk.keyboard.press("Tab")
    expect(tile(kiosk, "C")).to_be_focused()
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("[data-confirm-name]")).to_be_focused()
    for name in ("Tambah satu berkas", "Tambah urusan lain"):
        kiosk.keyboard.press("Tab")
        expect(kiosk.get_by_role("button", name=name)).to_be_focused()
    for _ in range(3):
        kiosk.keyboard.press("Tab")
        kiosk.keyboard.press("Space")
    expect(kiosk.get_by_role("checkbox", checked=True)).to_have_count(3)
    kiosk.keyboard.press("Tab")
    kiosk.keyboard.press("ArrowRight")
    expect(kiosk.get_by_role("radio", name="Prioritas")).to_be_checked()
    kiosk.keyboard.press("Tab")
    expect(kiosk.locator("[data-needs-box] summary")).to_be_focused()
    kiosk.keyboard.press("Tab")
    expect(kiosk.locator("[data-take]")).to_be_focused()
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("[data-label]")).to_have_text("C001")
    kiosk.keyboard.press("Tab")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("[data-screen=home]")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "width", "height"),
    [("id", 1080, 1920), ("en", 1080, 1920), ("id", 1024, 600), ("en", 768, 1024)],
)
def test_every_screen_is_accessible_and_fits(
    open_kiosk: OpenKiosk, language: str, width: int, height: int
) -> None:
    kiosk = open_kiosk(language, width, height)

    def looks_right() -> None:
        assert violations(kiosk) == []
        assert kiosk.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        ) == [width, height]

    looks_right()
    tile(kiosk, "L").click()
    expect(kiosk.locator("[data-take]")).to_be_visible()
    looks_right()
    for code in ("K", "N"):
        kiosk.locator("[data-add]").click()
        tile(kiosk, code).click()
    expect(kiosk.locator("[data-matters] li")).to_have_count(3)
    looks_right()
    kiosk.locator("[data-take]").click()
    expect(kiosk.locator("[data-label]")).to_have_text("L001")
    looks_right()
    address = kiosk.locator("[data-qr]").get_attribute("src") or ""
    kiosk.reload()
    expect(tile(kiosk, "L")).to_be_visible()
    kiosk.keyboard.type(f"http://office.test{address.removesuffix('/qr.svg')}\n")
    kiosk.locator("[data-mine=change]").click()
    expect(kiosk.locator("[data-mine-services] button")).to_have_count(12)
    looks_right()
    kiosk.reload()
    expect(tile(kiosk, "L")).to_be_visible()
    kiosk.keyboard.type("ACEFHJKLMN")
    expect(kiosk.locator("[data-code-take]")).to_be_enabled()
    looks_right()


@pytest.mark.parametrize("name", ["Tulisan besar", "Kontras kuat", "Turunkan tombol"])
def test_what_makes_the_screen_easier_is_accessible_and_ends_with_its_visitor(
    kiosk: Page, name: str
) -> None:
    switch = kiosk.get_by_role("button", name=name)
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    assert violations(kiosk) == []
    if name == "Turunkan tombol":
        tops = kiosk.locator("[data-services] button").evaluate_all(
            "tiles => tiles.map((tile) => tile.getBoundingClientRect().top)"
        )
        assert min(tops) > 1920 / 2
    tile(kiosk, "L").click()
    expect(kiosk.locator("[data-take]")).to_be_visible()
    assert violations(kiosk) == []
    kiosk.locator("[data-take]").click()
    expect(kiosk.locator("[data-label]")).to_have_text("L001")
    assert violations(kiosk) == []
    kiosk.get_by_role("button", name="Selesai").click()
    expect(switch).to_have_attribute("aria-pressed", "false")


def test_a_service_that_cannot_be_finished_today_says_so(
    open_kiosk: OpenKiosk, server: Server, arrange: Arrange
) -> None:
    def act(work: Work, office: Office) -> None:
        office.rehearsal = False
        work.session.query(Hours).delete()
        weekday = datetime.now(ZoneInfo(office.timezone)).weekday()
        work.session.add(
            Hours(office_id=office.id, weekday=weekday, opens=time(0), closes=time(23, 59, 59))
        )
        service(work, "A").typical_seconds = 24 * 3600

    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    arrange(act)
    kiosk = open_kiosk()
    expect(tile(kiosk, "A")).to_contain_text("penuh untuk hari ini")
    tile(kiosk, "A").click()
    expect(kiosk.locator("[data-why-not]")).to_contain_text("Silakan datang di hari lain")
    expect(kiosk.locator("[data-take]")).to_be_hidden()


def test_a_return_slip_gives_a_number_by_touch_or_scanner_once(kiosk: Page, server: Server) -> None:
    clerk = server.tokens["clerks"]["1"]
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/next", clerk)
    ending = {"outcome": "documents_incomplete", "missing": [0]}
    code = server.ask("POST", "/counters/1/finish", clerk, ending)[1]["return_right"]["code"]
    kiosk.get_by_role("button", name="Saya punya struk kembali").click()
    expect(kiosk.get_by_role("heading", name="Kode pada struk kembali")).to_be_focused()
    assert violations(kiosk) == []
    for letter in code.replace("-", ""):
        kiosk.get_by_role("button", name=letter, exact=True).click()
    expect(kiosk.locator("[data-code-told]")).to_have_text(code)
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A002")
    kiosk.get_by_role("button", name="Selesai").click()
    kiosk.keyboard.type(f"{code}\n")
    expect(kiosk.get_by_role("alert").filter(visible=True)).to_contain_text("sudah dipakai")
