"""Several matters on one number, and a kiosk that rests, in a real browser."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from office.kiosk_rules import KioskRules
from office.place import Office
from storage.work import Work
from tests.houses import Server
from tests.kiosk.conftest import Arrange
from tests.people import overflow, sign_in, violations

OpenKiosk = Callable[..., Page]


def test_another_matter_and_its_files_stand_on_one_number_everywhere(
    open_kiosk: OpenKiosk, server: Server
) -> None:
    kiosk = open_kiosk()
    tile = kiosk.locator("[data-services] [data-code=L]")
    tile.click()
    expect(kiosk.get_by_role("group", name="Berkas: Akta Kelahiran")).to_contain_text("1")
    kiosk.get_by_text("Prioritas", exact=True).click()
    kiosk.get_by_role("button", name="Tambah urusan lain").click()
    expect(kiosk.get_by_role("heading", name="Ada urusan lain?")).to_be_focused()
    expect(kiosk.locator("[data-home-lead]")).to_contain_text("Akta Kelahiran")
    assert violations(kiosk) == []
    kiosk.get_by_role("button", name="Tidak, cukup itu saja").click()
    kiosk.get_by_role("button", name="Tambah urusan lain").click()
    kiosk.locator("[data-services] [data-code=K]").click()
    expect(kiosk.get_by_role("heading", name="2 layanan, satu nomor")).to_be_focused()
    expect(kiosk.get_by_role("radio", name="Prioritas")).to_be_checked()
    expect(kiosk.locator("[data-bring]")).to_contain_text("Dua saksi")
    expect(kiosk.locator("[data-bring]")).to_contain_text("KK asli")
    more = kiosk.get_by_role("button", name="Tambah satu berkas: Kartu Keluarga")
    more.focus()
    for _ in range(4):
        kiosk.keyboard.press("Enter")
    expect(kiosk.locator("[data-cap]")).to_contain_text("meja penerimaan")
    expect(kiosk.get_by_role("button", name="Kurangi satu berkas: Kartu Keluarga")).to_be_focused()
    kiosk.keyboard.press("Enter")
    kiosk.keyboard.press("Enter")
    kiosk.get_by_role("button", name="Tambah urusan lain").click()
    kiosk.locator("[data-services] [data-code=F]").click()
    expect(kiosk.get_by_role("button", name="Tambah urusan lain")).to_be_hidden()
    assert violations(kiosk) == []
    kiosk.get_by_role("button", name="Keluarkan: Legalisir").click()
    kiosk.get_by_role("link", name="English").click()
    expect(kiosk.get_by_role("heading", name="2 services, one number")).to_be_visible()
    kiosk.get_by_role("button", name="Take a number").click()
    expect(kiosk.locator("[data-label]")).to_have_text("L001")
    expect(kiosk.locator("[data-ticket-further]")).to_have_text("Then: Family card (3 files)")
    assert violations(kiosk) == []
    address = kiosk.locator("[data-qr]").get_attribute("src") or ""
    phone = kiosk.context.browser.new_page(  # type: ignore[union-attr]
        viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    phone.goto(server.url + address.removesuffix("/qr.svg") + "?lang=id")
    expect(phone.locator("[data-further]")).to_have_text("Setelah itu: Kartu Keluarga (3 berkas)")
    assert overflow(phone) <= 0
    phone.close()
    kiosk.get_by_role("button", name="Done").click()
    expect(kiosk.get_by_role("heading", name="Anda ingin mengurus apa?")).to_be_visible()
    clerk = server.tokens["clerks"]["7"]
    called = server.ask("POST", "/counters/7/next", clerk)[1]
    assert (called["ticket"]["further"], called["ticket"]["files"]) == (["K"], 1)


def test_a_kiosk_that_gave_too_many_numbers_rests_until_the_floor_lets_it_go_on(
    open_kiosk: OpenKiosk, server: Server, arrange: Arrange, passwords: dict[str, str]
) -> None:
    def act(work: Work, office: Office) -> None:
        work.session.add(
            KioskRules(
                office_id=office.id, most_matters=1, most_files=1, in_a_minute=1, rest_minutes=5
            )
        )

    arrange(act)
    kiosk = open_kiosk()
    kiosk.locator("[data-services] [data-code=A]").click()
    expect(kiosk.get_by_role("button", name="Tambah urusan lain")).to_be_hidden()
    expect(kiosk.locator("[data-matters]")).to_be_empty()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    kiosk.get_by_role("button", name="Selesai").click()
    rests = kiosk.get_by_role("alertdialog", name="Mesin ini berhenti sejenak")
    expect(rests).to_contain_text("Silakan hubungi petugas")
    assert violations(kiosk) == []
    floor = kiosk.context.browser.new_page(viewport={"width": 1366, "height": 768})  # type: ignore[union-attr]
    sign_in(floor, server, "penyelia", passwords["penyelia"])
    floor.goto(f"{server.url}/floor?lang=id")
    expect(floor.locator("[data-sort='hurry']")).to_contain_text("Pintu")
    floor.get_by_role("button", name="Jalankan lagi: Pintu").click()
    expect(floor.locator("[data-sort='hurry']")).to_have_count(0)
    floor.close()
    expect(rests).to_be_hidden()


def test_a_manager_sets_how_kiosks_give_out_numbers(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/kiosk?lang=id")
    assert violations(manager) == []
    assert overflow(manager) <= 0
    manager.get_by_label("Nomor dalam satu menit").fill("12")
    manager.get_by_role("button", name="Simpan").first.click()
    expect(manager.locator("[data-state]").first).to_contain_text("Tersimpan")
    kept = server.ask("GET", "/rules/kiosk", server.tokens["manager"])[1]
    assert (kept["in_a_minute"], kept["most_matters"], kept["most_files"]) == (12, 3, 5)
    wrong = server.ask("POST", "/rules/kiosk", server.tokens["manager"], kept | {"most_files": 0})
    assert (wrong[0], list(wrong[1]["fields"])) == (422, ["most_files"])
