"""Emergency sheets: printed in the morning, entered when the box is back."""

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.people import overflow, violations


def test_sheets_are_printed_one_a_page_and_entered_in_bulk(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/sheets?lang=id")
    assert violations(manager) == []
    assert overflow(manager) <= 0
    expect(manager.locator(".sheet")).to_have_count(12)
    expect(manager.locator(".sheet").first).to_contain_text("A900")
    manager.emulate_media(media="print")
    expect(manager.get_by_role("button", name="Cetak semua lembar")).to_be_hidden()
    pages = manager.pdf(prefer_css_page_size=True).count(b"/Type /Page\n")
    assert pages == 12
    manager.emulate_media(media="screen")
    manager.get_by_role("link", name="Masukkan yang tertulis").click()
    form = manager.locator("[data-entry]")
    assert violations(manager) == []
    assert overflow(manager) <= 0
    form.get_by_role("button", name="Masukkan nomor-nomor ini").click()
    expect(form.locator("[data-state]")).to_contain_text("Belum ada baris")
    form.get_by_label("A900: datang").fill("00:00")
    form.get_by_label("A901: datang").fill("00:00")
    form.get_by_label("A901: Hasil").select_option("cancelled")
    form.get_by_label("A900: selesai").fill("23:59")
    form.get_by_role("button", name="Masukkan nomor-nomor ini").click()
    expect(form.locator("[data-state]")).to_contain_text("A900")
    form.get_by_label("A900: selesai").fill("00:00")
    form.get_by_role("button", name="Masukkan nomor-nomor ini").click()
    expect(form.locator("tr", has_text="A900")).to_contain_text("sudah dimasukkan")
    expect(form.locator("tr", has_text="A901")).to_contain_text("sudah dimasukkan")
