"""The services' page in a real browser, and a kiosk that shows at once what is saved there."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from office import catalogue
from office.people import Role
from tests.houses import Server, Staffed
from tests.people import overflow, violations
from tests.web.browsing import Browser
from tests.web.conftest import PASSWORD


def test_a_service_is_added_changed_and_retired(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/services?lang=id")
    assert overflow(manager) <= 0
    form = manager.get_by_role("form", name="Tambah layanan")
    form.get_by_label("Nama Indonesia").fill("Kartu nikah")
    form.get_by_label("Nama Inggris").fill("Marriage card")
    form.get_by_label("Yang perlu dibawa, bahasa Indonesia").fill("KTP\nBuku nikah")
    form.get_by_label("Yang perlu dibawa, bahasa Inggris").fill("ID card")
    form.get_by_label("Huruf").fill("A1")
    form.get_by_role("button", name="Tambah").click()
    expect(form.get_by_label("Huruf")).to_have_accessible_description(re.compile("A sampai Z"))
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

    assert offered()["KARTU-NIKAH"] == "Kartu nikah"
    row.locator("summary").click()
    row.get_by_label("Nama Indonesia").fill("Kartu perkawinan")
    row.get_by_role("button", name="Simpan").click()
    expect(manager.locator(".person").filter(has_text="Kartu perkawinan")).to_have_count(1)
    expect(manager.get_by_text("dari satu deret")).to_have_count(0)
    assert offered()["KARTU-NIKAH"] == "Kartu perkawinan"
    row = manager.locator(".person").filter(has_text="Kartu perkawinan")
    row.locator("summary").click()
    assert violations(manager) == []
    row.get_by_role("button", name="Tidak dibuka lagi").click()
    manager.get_by_role("dialog").get_by_role("button", name="Tidak dibuka lagi").click()
    expect(manager.locator(".person").filter(has_text="Kartu perkawinan")).to_contain_text(
        "tidak dibuka lagi"
    )
    assert "KARTU-NIKAH" not in offered()


def test_of_two_windows_the_later_is_told_what_is_newer_and_decides(
    manager: Page, server: Server
) -> None:
    address = f"{server.url}/manager/services?lang=id"
    other = manager.context.new_page()
    rows = []
    for page in (manager, other):
        page.goto(address)
        rows.append(page.locator(".person").first)
        rows[-1].locator("summary").click()
    early, late = rows
    late.get_by_label("Nama Inggris").fill("Typed meanwhile")
    early.get_by_label("Paling banyak sehari").fill("41")
    early.get_by_role("button", name="Simpan").click()
    expect(manager.get_by_role("status").first).to_contain_text("Tersimpan")

    late.get_by_role("button", name="Simpan").click()
    told = late.get_by_role("alert")
    expect(told).to_contain_text("Anda sendiri mengubah")
    expect(told).to_contain_text("→ 41")
    expect(late.get_by_label("Nama Inggris")).to_have_value("Typed meanwhile")
    assert violations(other) == [] and overflow(other) <= 0
    with other.context.expect_page() as opened:
        told.get_by_role("link", name="Tampilkan yang tersimpan").click()
    expect(opened.value.locator(".person").first).to_contain_text("41")
    told.get_by_role("button", name="Tetap simpan isian saya").click()
    expect(other.get_by_role("status").first).to_contain_text("Tersimpan")
    row = other.locator(".person").first
    expect(row).not_to_contain_text("41")
    row.locator("summary").click()
    expect(row.get_by_label("Nama Inggris")).to_have_value("Typed meanwhile")


def test_a_shared_series_of_numbers_is_told_when_a_service_is_saved(
    staffed: Staffed, browser_profile: Browser, make_account: Callable[..., str]
) -> None:
    browser = browser_profile
    browser.sign_in(make_account(Role.MANAGER), PASSWORD)
    series = staffed.read(lambda work, office: catalogue.service_coded(work, office, "A"))
    service = {
        **{"letter": series.letter, "typical_min": "10"},
        **{"number_from": str(series.number_from), "number_to": str(series.number_to)},
        **{"name-id": "Kartu nikah", "name-en": "Marriage card", "icon": "marriage"},
    }
    browser.send("/manager/services", code="NIKAH", **service)
    page = browser.get("/manager/services?lang=id").text
    assert "“Kartu nikah” memakai huruf A dan nomor yang sama dengan" in page
    browser.send("/manager/services/NIKAH", **{**service, "letter": "Z"})
    assert "memakai huruf" not in browser.get("/manager/services").text
