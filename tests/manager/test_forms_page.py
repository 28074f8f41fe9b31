"""Forms that forgive: nothing typed is lost by a refusal, another form or another language."""

import re

from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.people import violations


def test_nothing_that_was_typed_is_lost(manager: Page, server: Server) -> None:
    page = f"{server.url}/manager/hours"
    manager.goto(f"{page}?lang=id")
    hours = manager.get_by_role("form", name="Kapan nomor diberikan")
    monday, friday = hours.get_by_label("Senin"), hours.get_by_label("Jumat")
    saved = friday.input_value()
    monday.fill("delapan pagi")
    friday.fill("07.30–11.00, 10.30–15.00")
    manager.get_by_label("Menit loket masih melayani").fill("9999")
    hours.get_by_role("button", name="Simpan").click()
    # in the page's language, not the browser's
    after = manager.get_by_label("Menit loket masih melayani")
    expect(after).to_have_accessible_description(re.compile("Angka dari 0 sampai 720"))
    after.fill("30")
    hours.get_by_role("button", name="Simpan").click()
    # all that is wrong at once, each beside its field, the first in focus
    expect(manager.locator(".field-error")).to_have_count(2)
    expect(monday).to_be_focused()
    expect(monday).to_have_accessible_description(re.compile("Senin"))
    expect(friday).to_have_accessible_description(re.compile("Jumat"))
    expect(manager.get_by_role("alert")).to_contain_text("Belum tersimpan")
    assert violations(manager) == []

    # another form of the page is refused, then saved; another language is chosen
    manager.locator("#first").fill("2099-02-05")
    manager.locator("#last").fill("2099-01-05")
    manager.locator("#name-id").fill("Rapat kerja")
    add = manager.get_by_role("form", name="Tambah hari tutup").get_by_role("button")
    add.click()
    expect(manager.locator("#last")).to_be_focused()
    expect(manager.locator("#name-id")).to_have_value("Rapat kerja")
    manager.locator("#last").fill("2099-02-05")
    add.click()
    expect(manager.locator(".closed-days li").filter(has_text="Rapat kerja")).to_have_count(1)
    expect(friday).to_have_value("07.30–11.00, 10.30–15.00")
    manager.get_by_role("link", name="English").click()
    expect(manager.locator("#day-4")).to_have_value("07.30–11.00, 10.30–15.00")
    manager.get_by_role("button", name="Save", exact=True).click()
    expect(manager.locator("#day-4")).to_have_accessible_description(re.compile("overlap"))

    # the history holds pages only
    answer = manager.reload()
    assert answer is not None
    assert (answer.request.method, answer.status) == ("GET", 200)
    expect(manager.locator("#day-4")).to_have_value(saved)
    manager.goto(f"{page}/closed")
    expect(manager).to_have_url(page)
    manager.goto(f"{page}/?lang=id")
    expect(manager.locator("#day-4")).to_have_value(saved)


def test_what_was_typed_outlives_a_sign_in_that_ended(manager: Page, server: Server) -> None:
    manager.goto(f"{server.url}/manager/office?lang=id")
    name = manager.get_by_label("Nama Inggris").first
    name.fill("Registry of Bima")
    other = manager.context.new_page()
    other.goto(f"{server.url}/manager")
    other.get_by_role("button", name="Keluar").click()
    expect(other).to_have_url(re.compile("/sign-in"))
    manager.get_by_role("button", name="Simpan", exact=True).click()
    expect(manager.get_by_role("alert")).to_contain_text("Masuk di tab lain")
    expect(name).to_have_value("Registry of Bima")
