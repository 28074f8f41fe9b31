"""Groups of services: set by a manager, opened by a visitor."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.people import overflow, sign_in, violations


def test_a_group_opens_its_services_and_the_others_stay_two_taps_away(
    open_kiosk: Callable[..., Page], server: Server, passwords: dict[str, str]
) -> None:
    kiosk = open_kiosk()
    office = kiosk.context.browser.new_page(viewport={"width": 1366, "height": 768})  # type: ignore[union-attr]
    sign_in(office, server, "manajer", passwords["manajer"])
    office.goto(f"{server.url}/manager/kiosk?lang=id")
    groups = office.locator("[data-groups]")
    groups.get_by_label("Kelompok untuk Akta Kelahiran").select_option("1")
    groups.get_by_label("Kelompok untuk Akta Kematian").select_option("1")
    groups.get_by_role("button", name="Simpan").click()
    expect(groups.locator("[data-state]")).to_contain_text("perlu nama")
    groups.get_by_label("Kelompok 1 dalam bahasa Indonesia").fill("Akta-akta")
    groups.get_by_label("Kelompok 1 dalam bahasa English").fill("Certificates")
    groups.get_by_role("button", name="Simpan").click()
    expect(groups.locator("[data-state]")).to_contain_text("Tersimpan")
    assert violations(office) == []
    assert overflow(office) <= 0
    office.reload()
    expect(groups.get_by_label("Kelompok untuk Akta Kematian")).to_have_value("1")
    office.close()
    group = kiosk.get_by_role("button", name="Akta-akta")
    expect(group).to_contain_text("2 layanan")
    expect(kiosk.locator("[data-services] button")).to_have_count(11)
    group.click()
    expect(kiosk.get_by_role("heading", name="Akta-akta")).to_be_focused()
    expect(kiosk.locator("[data-services] button")).to_have_count(2)
    assert violations(kiosk) == []
    kiosk.get_by_role("link", name="English").click()
    expect(kiosk.get_by_role("heading", name="Certificates")).to_be_visible()
    kiosk.get_by_role("button", name="All services").click()
    expect(kiosk.get_by_role("button", name="Certificates 2 services")).to_be_focused()
    kiosk.get_by_role("button", name="Certificates 2 services").click()
    kiosk.locator("[data-services] [data-code=M]").click()
    kiosk.get_by_role("button", name="Take a number").click()
    expect(kiosk.locator("[data-label]")).to_have_text("M001")
    kiosk.get_by_role("button", name="Done").click()
    expect(kiosk.get_by_role("button", name="Akta-akta")).to_be_visible()
