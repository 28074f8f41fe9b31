"""The services' page in a real browser, and a kiosk that shows at once what is saved there."""

import re

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.people import overflow, violations


def test_a_service_is_added_changed_and_retired(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/services?lang=id")
    assert overflow(manager) <= 0
    form = manager.get_by_role("form", name="Tambah layanan")
    form.get_by_label("Kode").fill("NIKAH")
    form.get_by_label("Nama Indonesia").fill("Kartu nikah")
    form.get_by_label("Nama Inggris").fill("Marriage card")
    form.get_by_label("Yang perlu dibawa, bahasa Indonesia").fill("KTP\nBuku nikah")
    form.get_by_label("Yang perlu dibawa, bahasa Inggris").fill("ID card")
    form.get_by_label("Huruf").fill("z")
    form.get_by_role("button", name="Tambah").click()
    brought = form.get_by_label("Yang perlu dibawa, bahasa Inggris")
    expect(brought).to_have_accessible_description(re.compile("sama jumlah barisnya"))
    assert violations(manager) == []
    form.get_by_label("Yang perlu dibawa, bahasa Inggris").fill("ID card\nMarriage book")
    form.get_by_label("Hari pertama").fill("2020-01-01")
    form.get_by_role("button", name="Tambah").click()
    expect(form.get_by_label("Hari pertama")).to_have_accessible_description(re.compile("Hari ini"))
    form.get_by_label("Hari pertama").fill("")
    form.get_by_role("button", name="Tambah").click()
    row = manager.locator(".person").filter(has_text="Kartu nikah")
    expect(row).to_contain_text("belum ada loket")
    token = server.tokens["kiosk"]

    def offered() -> dict[str, str]:
        services = server.ask("GET", "/services", token)[1]["services"]
        return {each["code"]: each["name"] for each in services}

    assert offered()["NIKAH"] == "Kartu nikah"
    row.locator("summary").click()
    row.get_by_label("Nama Indonesia").fill("Kartu perkawinan")
    row.get_by_role("button", name="Simpan").click()
    expect(manager.locator(".person").filter(has_text="Kartu perkawinan")).to_have_count(1)
    assert offered()["NIKAH"] == "Kartu perkawinan"
    row = manager.locator(".person").filter(has_text="Kartu perkawinan")
    row.locator("summary").click()
    assert violations(manager) == []
    row.get_by_role("button", name="Tidak dibuka lagi").click()
    manager.get_by_role("dialog").get_by_role("button", name="Tidak dibuka lagi").click()
    expect(manager.locator(".person").filter(has_text="Kartu perkawinan")).to_contain_text(
        "tidak dibuka lagi"
    )
    assert "NIKAH" not in offered()
