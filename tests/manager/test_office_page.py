"""The page of the office and its counters in a real browser."""

import re

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.people import overflow, violations


def test_the_office_is_named_and_a_counter_added(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/office?lang=id")
    assert overflow(manager) <= 0
    assert violations(manager) == []
    office = manager.get_by_role("form", name="Kantor", exact=True)
    office.get_by_label("Nama Indonesia").fill("Dukcapil Uji Coba")
    office.get_by_label("Zona waktu").select_option("Asia/Jakarta")
    office.get_by_role("button", name="Simpan").click()
    expect(manager.get_by_role("status").filter(visible=True)).to_contain_text("Tersimpan")
    told = server.ask("GET", "/office", server.tokens["manager"])[1]
    assert told["timezone"] == "Asia/Jakarta"
    fresh = manager.get_by_role("form", name="Tambah loket")
    fresh.get_by_label("Untuk sementara melayani semua layanan").uncheck()
    fresh.get_by_role("button", name="Tambah").click()
    added = manager.get_by_role("group", name="Loket 11")
    expect(added).to_contain_text("belum ada layanan")
    manager.get_by_role("button", name="Hapus: Loket 11").click()
    manager.get_by_role("dialog").get_by_role("button", name="Hapus", exact=True).click()
    expect(manager.get_by_role("group", name="Loket yang dihapus")).to_contain_text("Loket 11")
    expect(added).to_have_count(0)
    manager.get_by_role("button", name="Loket 11").click()
    expect(added).to_be_visible()
    first = manager.get_by_role("group", name="Loket 1", exact=True)
    first.get_by_label("Nama Inggris").fill("")
    save = manager.get_by_role("button", name="Simpan loket")
    save.click()
    field = first.get_by_label("Nama Inggris")
    expect(field).to_have_accessible_description(re.compile("setiap bahasa"))
    expect(field).to_be_focused()
    expect(manager.locator("[aria-invalid]")).to_have_count(1)
    expect(first.get_by_label("Nama Inggris")).to_have_value("")
    first.get_by_label("Nama Indonesia").fill("")
    save.click()
    expect(manager.get_by_role("status").filter(visible=True)).to_contain_text("Tersimpan")
    assert violations(manager) == []
