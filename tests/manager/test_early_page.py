"""Closing early in a real browser: asked once more, told to everybody, taken back."""

from playwright.sync_api import BrowserContext, Page, expect

from office.place import Office
from storage.work import Work
from tests.houses import Server
from tests.people import arrange, overflow, sign_in, violations
from tests.screens import Screen


def test_the_office_closes_early_and_everybody_is_told(
    page: Page, context: BrowserContext, server: Server, passwords: dict[str, str]
) -> None:
    tokens = server.tokens
    tickets = [
        server.ask("POST", "/tickets", tokens["kiosk"], {"service": each})[1] for each in "AAK"
    ]
    server.ask("POST", "/counters/1/finish-and-next", tokens["clerks"]["1"])
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, server, "penyelia", passwords["penyelia"])
    page.goto(f"{server.url}/floor/close?lang=id")
    expect(page.get_by_role("heading", name="2 pengunjung menunggu")).to_be_visible()
    page.get_by_label("Listrik padam").check()
    page.get_by_label("Mereka boleh datang lagi").check()
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Tutup lebih awal…").click()
    expect(page.get_by_text("2 pengunjung langsung dipulangkan")).to_be_visible()
    assert (violations(page), overflow(page)) == ([], 0)
    assert server.ask("GET", "/services")[1]["office"]["closed_early"] == {}

    phone = context.new_page()
    phone.set_viewport_size({"width": 390, "height": 844})
    phone.goto(f"{server.url}/t/{tickets[1]['token']}?lang=id")
    expect(phone.locator("[data-early]")).to_be_hidden()
    page.get_by_role("button", name="Ya, tutup lebih awal").click()
    expect(page.get_by_text("Nomor tidak diberikan lagi sejak")).to_be_visible()
    board = Screen(server.url, "/display", {"token": tokens["screen"]}).connect()
    told = board.wait_for("snapshot")["closed_early"]
    board.disconnect()
    assert told["id"].startswith("Hari ini kantor tutup lebih awal karena listrik padam.")
    offers = server.ask("GET", "/services")[1]
    assert offers["office"]["closed_early"]["id"].startswith("Hari ini kantor tutup lebih awal")
    assert {each["reason"] for each in offers["services"]} == {"office_closed"}
    expect(phone.locator("[data-hint]")).to_contain_text("Anda boleh datang lagi mulai")
    phone.get_by_role("button", name="Tampilkan kode kembali saya").click()
    expect(phone.locator("[data-code]")).to_contain_text("-")
    assert violations(phone) == []

    page.reload()
    expect(page.get_by_text("1 pengunjung belum mendapat kode kembali.")).to_be_visible()
    page.get_by_role("button", name="Cetak struk kembali").click()
    expect(page.get_by_text("Struk kembali sedang dicetak.")).to_be_visible()
    expect(page.get_by_role("button", name="Cetak struk kembali")).to_have_count(0)
    assert (violations(page), overflow(page)) == ([], 0)


def test_it_is_taken_back_with_one_button(
    page: Page, server: Server, passwords: dict[str, str]
) -> None:
    def carry(_work: Work, office: Office) -> None:
        office.carries_over = True

    arrange(server, carry)
    sign_in(page, server, "penyelia", passwords["penyelia"])
    page.goto(f"{server.url}/floor/close?lang=en")
    page.get_by_label("An official event").check()
    page.get_by_label("They come first on the next working day").check()
    page.get_by_label("If they go home: still called until").fill("23:58")
    page.get_by_role("button", name="Close early…").click()
    page.get_by_role("button", name="Yes, close early").click()
    expect(page.get_by_text("Counters call until 23:58")).to_be_visible()
    assert server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})[0] == 409
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Numbers are given out again.")).to_be_visible()
    assert server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})[0] == 201
