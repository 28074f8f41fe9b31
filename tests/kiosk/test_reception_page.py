"""The reception desk in a real browser, by keyboard: a number for somebody, and one set right."""

from playwright.sync_api import Page, expect

from office.place import Office, service_named
from storage.work import Work
from tests.counter.test_console_page import journal, take
from tests.houses import Server
from tests.people import arrange, overflow, sign_in, violations


def test_a_visitor_is_helped_from_papers_to_return_slip_without_a_mouse(
    page: Page, server: Server, passwords: dict[str, str]
) -> None:
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, server, "resepsionis", passwords["resepsionis"])
    page.goto(f"{server.url}/reception?lang=id")
    expect(page.locator("[data-offers] button")).not_to_have_count(0)
    assert violations(page) == []
    page.get_by_role("button", name="Perekaman KTP-el").press("Enter")
    papers = page.get_by_role("group", name="Apakah pengunjung membawa")
    expect(papers).to_contain_text("belum dicentang")
    for box in papers.get_by_role("checkbox").all():
        box.press("Space")
    expect(papers).to_contain_text("Lengkap.")
    page.get_by_label("Tuliskan").first.press("Space")
    assert violations(page) == []
    page.get_by_role("button", name="Beri nomor").last.press("Enter")
    given = page.get_by_role("dialog", name="Nomor diberikan")
    expect(given).to_contain_text("A001")
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(page.locator("[data-found] button")).to_have_count(1)

    page.keyboard.press("/")
    page.keyboard.type("a001")
    page.keyboard.press("Enter")
    page.locator("[data-found] button").press("Enter")
    ticket = page.get_by_role("dialog", name="A001")
    expect(ticket.get_by_label("Tuliskan")).to_be_checked()
    assert violations(page) == []
    assert overflow(page) <= 0
    expect(ticket.get_by_role("button", name="Masuk antrean lagi")).to_be_hidden()
    ticket.get_by_role("combobox", name="Salah layanan?").select_option("K")
    ticket.get_by_role("button", name="Ubah").press("Enter")
    expect(page.locator(".toasts")).to_contain_text("A001 sekarang menunggu")
    assert journal(server, "ticket_transferred")[0]["service"] == "K"

    page.locator("[data-found] button").press("Enter")
    ticket.get_by_role("button", name="Cetak struk baru").press("Enter")
    expect(page.get_by_role("dialog", name="Struk baru")).to_contain_text("A001")
    page.keyboard.press("Enter")
    assert len(journal(server, "slip_reprinted")) == 1

    def stop(work: Work, office: Office) -> None:
        service_named(work, office.id, "K").stopped_for = "network"

    arrange(server, stop)
    take(server, "A")
    expect(page.locator("[data-found]")).to_contain_text("A001")
    page.get_by_role("button", name="Cari").press("Enter")
    page.locator("[data-found] button").press("Enter")
    ticket.get_by_role("button", name="Pulang dengan struk kembali").press("Enter")
    slip = page.get_by_role("dialog", name="Struk kembali")
    expect(slip.locator("[data-given-label]")).to_contain_text("-")
    page.keyboard.press("Enter")
    assert journal(server, "return_given")[0]["label"] == "A001"
