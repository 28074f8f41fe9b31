"""The page of the slip: written, looked at, refused where broken, and printed from then on."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.kiosk.printing.fakes import FakePrinter
from tests.people import overflow, sign_in, violations


def test_a_manager_writes_the_slip_and_the_next_ticket_is_printed_so(
    make_server: Callable[..., Server],
    printer: FakePrinter,
    page: Page,
    passwords: dict[str, str],
) -> None:
    server = make_server(printer=printer.address)
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, server, "manajer", passwords["manajer"])
    page.goto(f"{server.url}/manager/slip?lang=id")
    paper = page.locator("[data-paper]")
    expect(paper).to_be_visible()
    assert violations(page) == []
    assert overflow(page) <= 0
    wide = paper.get_attribute("src")
    page.get_by_label("58 mm").check()
    expect(paper).not_to_have_attribute("src", wide or "")
    page.get_by_label("Sebagai teks").check()
    slip = page.frame_locator("[data-text]")
    expect(slip.get_by_text("Silakan menunggu")).to_be_visible()

    text = page.get_by_label("Dalam bahasa Indonesia").first
    own = text.input_value().replace("Silakan menunggu", "Mohon menunggu")
    text.fill(own + "{{ nomor }}\n")
    problem = page.locator('[data-problem="id"]')
    line = own.count("\n") + 1
    expect(problem).to_contain_text(f"Baris {line}")
    page.get_by_role("button", name="Simpan").click()
    expect(page.locator("[data-state]")).to_contain_text("Tidak disimpan")
    expect(text).to_have_attribute("aria-invalid", "true")
    _, told = server.ask("GET", "/slip", server.tokens["manager"])
    assert "Silakan menunggu" in told["texts"]["id"]

    text.fill(own)
    expect(problem).to_be_hidden()
    expect(slip.get_by_text("Mohon menunggu")).to_be_visible()
    page.get_by_role("button", name="Simpan").press("Enter")
    expect(page.locator("[data-state]")).to_contain_text("Tersimpan")
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    printer.wait_for(1)
    assert "Mohon menunggu" in printer.texts()[0]

    page.get_by_role("button", name="Kembalikan teks bawaan").first.click()
    page.get_by_role("button", name="Simpan").click()
    expect(slip.get_by_text("Silakan menunggu")).to_be_visible()
    page.goto(f"{server.url}/manager/slip?lang=en")
    expect(page.get_by_label("80 mm")).to_be_checked()
    assert violations(page) == []
