"""Every screen of the kiosk by keyboard alone, and by the reader alone; axe finds nothing there."""

import io
from collections.abc import Callable

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from office.kiosk_rules import KioskRules
from office.place import Office
from storage.work import Work
from tests.houses import Server
from tests.kiosk.conftest import Arrange
from tests.people import violations

OpenKiosk = Callable[..., Page]

NIK = "5203014107850003"


def ask_for_applicants(work: Work, office: Office) -> None:
    """Let the office ask for identity numbers."""
    limits = {"most_matters": 3, "most_files": 5, "in_a_minute": 0, "rest_minutes": 5}
    work.session.add(KioskRules(office_id=office.id, per_identity=5, **limits))


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the focus is there."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is never reached")


def press(page: Page, selector: str) -> None:
    """Reach a control by Tab and press it."""
    tab_to(page, selector)
    page.keyboard.press("Enter")


def test_the_keyboard_leads_through_every_screen(
    open_kiosk: OpenKiosk, server: Server, arrange: Arrange
) -> None:
    arrange(ask_for_applicants)
    kiosk = open_kiosk()
    press(kiosk, "[data-ease=contrast]")
    press(kiosk, "[data-code=L]")
    press(kiosk, "[data-add]")
    press(kiosk, "[data-code=K]")
    expect(kiosk.get_by_role("heading", name="2 layanan, satu nomor")).to_be_focused()
    press(kiosk, "[data-key='K out']")
    tab_to(kiosk, "[data-needs-box] summary")
    kiosk.keyboard.press("Enter")
    tab_to(kiosk, "input[value=write]")
    kiosk.keyboard.press("Space")
    press(kiosk, "[data-take]")
    expect(kiosk.get_by_role("heading", name="Ini urusan siapa?")).to_be_focused()
    assert violations(kiosk) == []
    press(kiosk, "[data-identity-back]")
    expect(kiosk.get_by_role("heading", name="Akta Kelahiran")).to_be_focused()
    press(kiosk, "[data-take]")
    kiosk.keyboard.type(NIK)
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("[data-label]")).to_have_text("L001")
    assert violations(kiosk) == []
    # where something prints, the same line is no warning
    kiosk.evaluate("document.querySelector('[data-ticket-print]').classList.remove('notice-warn')")
    assert violations(kiosk) == []
    drawn = Image.open(io.BytesIO(kiosk.locator("[data-follow]").screenshot())).convert("L")
    assert zxingcpp.read_barcodes(drawn), "the code is seen in strong contrast, too"
    slip = kiosk.locator("[data-qr]").get_attribute("src") or ""
    press(kiosk, "[data-done]")
    press(kiosk, "[data-code-begin]")
    expect(kiosk.get_by_role("heading", name="Kode pada struk kembali")).to_be_focused()
    kiosk.keyboard.type("acefhjklmn")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("[data-code-refused]")).to_contain_text("tidak ada")
    assert violations(kiosk) == []
    press(kiosk, "[data-code-back]")
    expect(kiosk.get_by_role("heading", name="Anda ingin mengurus apa?")).to_be_focused()
    kiosk.keyboard.type(f"{server.url}{slip.removesuffix('/qr.svg')}\n")
    expect(kiosk.locator("[data-mine-label]")).to_have_text("L001")
    press(kiosk, "[data-mine=change]")
    expect(kiosk.locator("[data-mine-services] button").first).to_be_focused()
    press(kiosk, "[data-mine-services] button:last-of-type")
    expect(kiosk.get_by_role("heading", name="Nomor Anda").first).to_be_focused()
    press(kiosk, "[data-mine=cancel]")
    expect(kiosk.locator("[data-mine-no]")).to_be_focused()
    press(kiosk, "[data-mine-yes]")
    expect(kiosk.locator("[data-mine-state]")).to_contain_text("membatalkan nomor")
    press(kiosk, "[data-mine-done]")
    press(kiosk, "[data-language=en]")
    expect(kiosk.get_by_role("heading", name="What do you need today?")).to_be_visible()


def test_the_reader_alone_gives_a_number_for_a_return_slip_and_tells_of_it(
    open_kiosk: OpenKiosk, server: Server, arrange: Arrange
) -> None:
    clerk = server.tokens["clerks"]["1"]
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/next", clerk)
    ending = {"outcome": "documents_incomplete", "missing": [0]}
    code = server.ask("POST", "/counters/1/finish", clerk, ending)[1]["return_right"]["code"]
    kiosk = open_kiosk()
    kiosk.keyboard.type(f"{code}\n")
    expect(kiosk.locator("[data-label]")).to_have_text("A002")
    slip = kiosk.locator("[data-qr]").get_attribute("src") or ""
    # the next in line reads a slip at once, while the number of the one before still stands there
    kiosk.keyboard.type(f"{server.url}{slip.removesuffix('/qr.svg')}\n")
    kiosk.wait_for_timeout(300)
    expect(kiosk.locator("[data-label]")).to_have_text("A002")
    kiosk.locator("[data-done]").click()
    kiosk.keyboard.type(f"{server.url}{slip.removesuffix('/qr.svg')}\n")
    expect(kiosk.locator("[data-mine-label]")).to_have_text("A002")
    kiosk.keyboard.type(f"{server.url}/t/{'x' * 32}\n")
    expect(kiosk.locator("[data-mine-refused]")).to_contain_text("tidak ditemukan")
    assert violations(kiosk) == []
