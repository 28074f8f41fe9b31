"""What a visitor does about the own number: at the kiosk with its slip, and on the phone."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from office.moment import MomentNeeds
from office.place import Office
from storage.work import Work
from tests.counter.test_console_page import journal, take
from tests.houses import Server
from tests.kiosk.conftest import Arrange, service
from tests.people import violations


def taken(server: Server, code: str) -> dict[str, Any]:
    """Take a ticket and return what is told of it."""
    status, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": code})
    assert status == 201, ticket
    return dict(ticket)


def stop(work: Work, _office: Office) -> None:
    """Let service K stand still."""
    service(work, "K").stopped_for = "network"


def test_help_at_the_counter_is_one_quiet_line_at_the_kiosk(
    open_kiosk: Callable[..., Page], server: Server, arrange: Arrange
) -> None:
    kiosk = open_kiosk()
    kiosk.locator('[data-code="A"]').click()
    expect(kiosk.locator("[data-take]")).to_be_visible()
    expect(kiosk.get_by_label("Tuliskan untuk saya")).to_be_hidden()
    kiosk.get_by_text("Perlu bantuan di loket?").click()
    kiosk.get_by_label("Tuliskan untuk saya").check()
    assert violations(kiosk) == []
    kiosk.wait_for_timeout(450)
    kiosk.locator("[data-take]").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    kept = arrange(lambda work, _office: [each.needs for each in work.session.query(MomentNeeds)])
    assert kept == [["write"]]
    kiosk.locator("[data-done]").click()
    kiosk.wait_for_timeout(450)
    kiosk.locator('[data-code="A"]').click()
    kiosk.get_by_text("Perlu bantuan di loket?").click()
    expect(kiosk.get_by_label("Tuliskan untuk saya")).not_to_be_checked()


def test_the_slip_before_the_scanner_offers_what_the_phone_offers(
    open_kiosk: Callable[..., Page], server: Server, arrange: Arrange
) -> None:
    ticket = taken(server, "A")
    take(server, "A")
    kiosk = open_kiosk()
    kiosk.keyboard.type(ticket["url"])
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("[data-mine-label]")).to_have_text("A001")
    expect(kiosk.locator("[data-screen='code']")).to_be_hidden()
    assert violations(kiosk) == []
    kiosk.wait_for_timeout(450)
    kiosk.get_by_role("button", name="Layanan lain").click()
    kiosk.get_by_role("button", name="Kartu Keluarga").click()
    expect(kiosk.locator("[data-mine-service]")).to_have_text("Kartu Keluarga")
    arrange(stop)
    take(server, "A")
    kiosk.get_by_role("button", name="Pulang, kembali di hari lain").click()
    assert violations(kiosk) == []
    kiosk.get_by_role("button", name="Ya", exact=True).click()
    expect(kiosk.locator("[data-mine-code]")).to_contain_text("-")
    expect(kiosk.locator("[data-mine-state]")).to_contain_text("membatalkan nomor")
    assert journal(server, "return_given")[0]["label"] == "A001"
    kiosk.locator("[data-mine-done]").click()
    expect(kiosk.locator("[data-mine-code]")).to_be_empty()
    kiosk.keyboard.type(f"http://office.test/t/{'x' * 32}")
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator("[data-mine-refused]")).to_contain_text("tidak ditemukan")


def test_the_phone_changes_service_asks_for_help_and_goes_home_in_an_outage(
    page: Page, server: Server, arrange: Arrange
) -> None:
    ticket = taken(server, "A")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{ticket['url']}?lang=id")
    page.get_by_text("Perlu bantuan di loket?").click()
    page.get_by_label("Jemput saya").check()
    expect(page.get_by_label("Jemput saya")).to_be_enabled()
    page.get_by_text("Salah memilih layanan?").click()
    page.get_by_label("Layanan yang Anda perlukan").select_option("K")
    assert violations(page) == []
    page.get_by_role("button", name="Tunggu layanan ini").click()
    expect(page.locator("[data-service]")).to_have_text("Kartu Keluarga")
    expect(page.get_by_label("Jemput saya")).to_be_checked()
    arrange(stop)
    take(server, "A")
    page.get_by_role("button", name="Pulang, kembali di hari lain").click()
    assert violations(page) == []
    page.get_by_role("button", name="Pulang", exact=True).click()
    code = page.locator("[data-right-code]")
    expect(code).to_contain_text("-")
    said = code.inner_text()
    page.reload()
    expect(code).to_have_text(said)
    assert violations(page) == []


def test_a_phone_that_follows_a_slip_just_replaced_is_told_so(page: Page, server: Server) -> None:
    ticket = taken(server, "A")
    page.goto(f"{ticket['url']}?lang=id")
    expect(page.get_by_role("heading", name="A001")).to_be_visible()
    manager = server.tokens["manager"]
    assert server.ask("POST", "/reception/tickets/A001/reprint", manager, {})[0] == 200
    expect(page.get_by_role("heading", name="Struk ini sudah diganti")).to_be_visible()
    expect(page.get_by_text("A001")).to_have_count(0)
    assert violations(page) == []


def test_whoever_waits_for_what_stands_still_is_not_told_to_stay_near(
    server: Server, arrange: Arrange
) -> None:
    ticket = taken(server, "K")

    def near() -> bool:
        return bool(server.ask("GET", f"/tickets/{ticket['token']}")[1]["near"])

    assert not near(), "no counter is open"
    status, told = server.ask("POST", "/counters/5/open", server.tokens["manager"], {})
    assert status == 200, told
    assert near()
    arrange(stop)
    assert not near()
