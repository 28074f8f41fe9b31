"""A number on one's own phone, from the code at the entrance to the ticket's page."""

import io
from collections.abc import Callable

import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from office.kiosk_rules import KioskRules
from office.place import Office
from storage.work import Work
from tests.houses import Server
from tests.kiosk.conftest import Arrange, service
from tests.people import overflow, violations


def test_whoever_scans_the_code_at_the_entrance_takes_one_number(
    open_kiosk: Callable[..., Page], server: Server, arrange: Arrange
) -> None:
    door = open_kiosk()
    door.goto(f"{server.url}/entrance")
    expect(door.locator("[data-none]")).to_contain_text("Silakan pakai mesin antrean")

    def act(work: Work, office: Office) -> None:
        limits = {"most_matters": 3, "most_files": 5, "in_a_minute": 0, "rest_minutes": 5}
        work.session.add(KioskRules(office_id=office.id, phone_minutes=10, **limits))
        service(work, "L").quota = 0

    arrange(act)
    door.reload()
    code = door.locator("[data-code]")
    expect(code).not_to_have_js_property("naturalWidth", 0)
    expect(door.locator("[data-none]")).to_be_hidden()
    assert violations(door) == []
    [read] = zxingcpp.read_barcodes(Image.open(io.BytesIO(code.screenshot())).convert("L"))
    phone = door.context.browser.new_page(  # type: ignore[union-attr]
        viewport={"width": 320, "height": 640}, locale="id-ID", java_script_enabled=False
    )
    phone.goto(read.text)
    chosen = phone.url
    expect(phone.get_by_label("Akta Kelahiran")).to_be_disabled()
    phone.get_by_label("Kartu Keluarga").check()
    phone.get_by_label("Prioritas").check()
    assert overflow(phone) <= 0
    phone.get_by_role("button", name="Ambil nomor").click()
    expect(phone.get_by_role("heading", name="K001")).to_be_visible()
    ticket = phone.url
    phone.goto(chosen)
    phone.get_by_label("Legalisir").check()
    phone.get_by_role("button", name="Ambil nomor").click()
    assert phone.url == ticket, "one scan is one number"
    phone.goto(read.text[:-1] + "x")
    expect(phone.get_by_text("Silakan pindai lagi kode di pintu masuk")).to_be_visible()
    phone.close()
    door.goto(chosen)
    assert violations(door) == []
    _, told = server.ask("GET", f"/tickets/{ticket.split('/t/')[1].split('?')[0]}")
    assert (told["label"], told["priority"], told["locale"]) == ("K001", "priority", "id")
