"""A new office set up by its pages alone, as somebody does who has nothing but the guide."""

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.houses import Server
from tests.people import overflow, violations
from tests.services import free_port
from tools.nursery import Nursery, clean_environ

PASSWORD = "ikan bakar taliwang"


@pytest.fixture
def empty(tmp_path: Path, nursery: Nursery) -> Server:
    """A server of an installation without an office."""
    data = tmp_path / "office"
    data.mkdir()
    return Server(data, free_port(), {}, clean_environ(), nursery)


@pytest.mark.timeout(240)
def test_an_office_is_set_up_by_its_pages_alone(empty: Server, browser: Browser) -> None:
    began = time.monotonic()
    opened: list[BrowserContext] = []

    def machine(width: int, height: int) -> Page:
        opened.append(browser.new_context(viewport={"width": width, "height": height}))
        return opened[-1].new_page()

    empty.start()
    try:
        walk(empty, machine)
    finally:
        for each in opened:
            each.close()
        empty.stop()
    print(f"set up in {time.monotonic() - began:.0f} s of a machine's time")


def walk(server: Server, machine: Callable[[int, int], Page]) -> None:
    """Go through all pages."""
    page = machine(1366, 768)
    code = re.search(r"ketik kode (\S+)", (server.data / "server.log").read_text())
    assert code is not None
    page.goto(f"{server.url}/?lang=id")
    for label, typed in (
        ("Kode penyiapan", code[1].lower()),
        ("Nama Indonesia", "Dukcapil Lombok Tengah"),
        ("Nama Inggris", "Civil Registry of Central Lombok"),
        ("Nama akun", "siti"),
        ("Kata sandi baru, sedikitnya sepuluh karakter", PASSWORD),
        ("Kata sandi yang sama sekali lagi", PASSWORD),
    ):
        page.get_by_label(label).fill(typed)
    page.get_by_label("Nama", exact=True).fill("Siti Aminah")
    page.get_by_label("Zona waktu").select_option("Asia/Makassar")
    assert (violations(page), overflow(page)) == ([], 0)
    page.get_by_role("button", name="Buat kantor dan lanjutkan").click()
    expect(page.get_by_role("heading", name="Penyiapan")).to_be_visible()
    assert (violations(page), overflow(page)) == ([], 0)

    def go_on(step: int) -> None:
        page.get_by_role("link", name="Lanjut:").first.click()
        expect(page.get_by_role("navigation", name="Penyiapan")).to_contain_text(f"Langkah {step}")

    go_on(1)
    # the hours that are proposed are saved by going on
    go_on(2)
    for ready in page.locator("[name=ready]").all()[:8]:
        ready.check()
    page.get_by_role("button", name="Tambahkan yang dicentang").click()
    go_on(3)
    page.get_by_label("Jumlah").fill("6")
    page.get_by_role("button", name="Tambah", exact=True).click()
    expect(page.get_by_role("group", name=re.compile("^Loket [1-6]$"))).to_have_count(6)
    go_on(4)
    for number, name in enumerate(("Made", "Wayan")):
        page.get_by_role("textbox", name="Nama", exact=True).last.fill(name)
        page.get_by_label("Nama akun").fill(name.lower())
        page.get_by_role("button", name="Tambahkan dan tampilkan kode").click()
        if number == 0:
            clerk = machine(1366, 768)
            clerk.goto(f"{server.url}/welcome?lang=id")
            clerk.get_by_label("Nama akun").fill("made")
            clerk.get_by_label("Kode").fill(page.locator("[data-code]").inner_text())
            for label in ("Kata sandi baru", "Kata sandi yang sama"):
                clerk.get_by_label(label).fill(PASSWORD)
            clerk.keyboard.press("Enter")
            expect(clerk).to_have_url(f"{server.url}/counter")
    go_on(5)
    expect(page.get_by_role("heading", name="Printer")).to_be_visible()
    go_on(6)
    page.get_by_label("Nama", exact=True).fill("Pintu masuk")
    page.get_by_role("button", name="Tambahkan dan tampilkan kode").click()
    kiosk = machine(1080, 1920)
    kiosk.goto(f"{server.url}/link")
    kiosk.get_by_role("textbox").fill(page.locator("[data-code]").inner_text())
    kiosk.keyboard.press("Enter")
    expect(kiosk).to_have_url(f"{server.url}/kiosk")
    go_on(7)
    board = machine(1920, 1080)
    board.goto(f"{server.url}/display")
    page.get_by_label("Kode di layar").fill(board.locator("[data-code]").inner_text())
    page.get_by_role("textbox", name="Nama", exact=True).first.fill("Televisi")
    page.get_by_role("button", name="Tambah", exact=True).click()
    expect(board).to_have_url(f"{server.url}/display")

    kiosk.get_by_role("button", name="Perekaman KTP-el").click()
    kiosk.get_by_role("button", name="Ambil nomor").click()
    clerk.goto(f"{server.url}/counter/2")
    clerk.get_by_role("button", name="Buka loket ini").click()
    # the large button is deaf for a moment, so that nobody presses it twice
    clerk.wait_for_timeout(800)
    clerk.get_by_role("button", name="Panggil berikutnya").click()
    expect(board.locator("[data-now-label]")).to_have_text("A001")

    page.get_by_role("link", name="Yang masih kurang").click()
    # screens that are there are noted every quarter of a minute
    left = page.locator(".set-up-steps .badge-warn")
    for _ in range(30):
        page.reload()
        if left.count() == 1:
            break
        page.wait_for_timeout(1000)
    expect(left).to_have_count(1)
    page.get_by_role("button", name="Tinggalkan dulu").click()
    expect(page.get_by_text("Yang masih kurang sebelum kantor dibuka: Buka")).to_be_visible()
