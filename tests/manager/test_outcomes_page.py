"""The page of how visits end: a way added, another taken off, and the order changed."""

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.people import overflow, violations


def test_a_manager_adds_a_way_to_end_and_takes_one_off(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/outcomes?lang=id")
    assert overflow(manager) <= 0
    rows = manager.locator("[data-rows] li")
    expect(rows).to_have_count(4)
    rows.nth(2).get_by_label("ditawarkan").uncheck()
    manager.get_by_role("button", name="Tambah cara berakhir").press("Enter")
    fresh = rows.nth(4)
    expect(fresh.get_by_label("Kode")).to_be_focused()
    fresh.get_by_label("Kode").fill("no_show")
    fresh.get_by_label("Nama Indonesia").fill("Foto kurang")
    fresh.get_by_label("Nama Inggris").fill("No photo")
    fresh.get_by_label("Yang menyusul").select_option("papers")
    fresh.get_by_label("ditawarkan").check()
    assert violations(manager) == []
    save = manager.get_by_role("button", name="Simpan")
    save.click()
    expect(manager.locator("[data-state]")).to_contain_text("no_show")
    fresh.get_by_label("Kode").fill("photo_missing")
    fresh.get_by_role("button", name="Naikkan").click()
    save.click()
    expect(manager.locator("[data-state]")).to_contain_text("Tersimpan")
    told = server.ask("GET", "/outcomes", server.tokens["manager"])[1]["outcomes"]
    assert [(each["code"], each["retired"]) for each in told] == [
        ("done", False),
        ("documents_incomplete", False),
        ("system_down", True),
        ("photo_missing", False),
        ("come_back", False),
    ]
    console = server.ask("GET", "/counters/1", server.tokens["clerks"]["1"])[1]
    assert "system_down" not in {each["code"] for each in console["outcomes"]}
