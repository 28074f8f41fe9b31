"""The manager's pages in a real browser: the day as it happens, and the devices."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from office.place import Office, Service
from office.tickets import Ticket
from storage.work import Work
from tests.houses import Server
from tests.people import EVIL, alarms, arrange, overflow, sign_in, violations

#: Longest (ms) until a removed device stops.
PATIENCE = 20_000


@pytest.fixture
def manager(page: Page, server: Server, passwords: dict[str, str]) -> Page:
    """The manager's day, in Indonesian, on a small office screen."""
    return opened(page, server, passwords)


def opened(page: Page, server: Server, passwords: dict[str, str], query: str = "?lang=id") -> Page:
    """Sign the manager in and open the day; window.whole is lost when it is loaded again."""
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, server, "manajer", passwords["manajer"])
    page.goto(f"{server.url}/manager{query}")
    expect(page.locator("[data-desk]")).to_have_count(10)
    page.evaluate("window.whole = true")
    return page


def figure(page: Page, name: str) -> Locator:
    """Return one of the large figures by its name."""
    return page.locator(".figure").filter(has=page.locator(f"dt:text-is('{name}')"))


def line(page: Page, service: str) -> Locator:
    """Return the row of a service by its letter."""
    return page.locator("[data-services] tr").filter(
        has=page.locator(f".label:text-is('{service}')")
    )


def take(server: Server, service: str) -> dict[str, Any]:
    """Let a visitor come; return the ticket."""
    status, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": service})
    assert status == 201, ticket
    answer: dict[str, Any] = ticket
    return answer


def at(server: Server, counter: int, *verbs: str) -> None:
    """Do a counter's verbs as its clerk."""
    for verb in verbs:
        clerk = server.tokens["clerks"][str(counter)]
        status, answer = server.ask("POST", f"/counters/{counter}/{verb}", clerk)
        assert status == 200, answer


def serve(server: Server, counter: int = 1, service: str = "A", score: int | None = None) -> None:
    """Let a visitor come, be served and answer."""
    ticket = take(server, service)
    at(server, counter, "next", "start", "finish")
    if score is not None:
        server.ask("POST", f"/tickets/{ticket['token']}/rating", None, {"score": score})


def test_the_day_begins_empty(manager: Page) -> None:
    expect(manager.locator("[data-rehearsal]")).to_be_visible()
    expect(manager.locator("[data-alerts]")).to_be_empty()
    expect(figure(manager, "Menunggu")).to_contain_text("0")
    expect(figure(manager, "Paling lama menunggu")).to_contain_text("tidak ada")
    expect(figure(manager, "Loket buka")).to_contain_text("0 dari 10")
    expect(manager.locator("[data-ratings]")).to_have_text("belum ada")


def test_the_figures_move_by_themselves(manager: Page, server: Server) -> None:
    for service in "AAK":
        take(server, service)
    expect(figure(manager, "Menunggu")).to_contain_text("3")
    expect(figure(manager, "Selesai")).to_contain_text("3 nomor dikeluarkan")
    at(server, 1, "next", "start")
    expect(figure(manager, "Menunggu")).to_contain_text("2")
    expect(figure(manager, "Loket buka")).to_contain_text("1 dari 10")
    expect(manager.locator("[data-desk='1']")).to_have_text(re.compile("1A001melayaniPetugas 1"))
    expect(line(manager, "A").locator("td").first).to_have_text("1")
    expect(manager.locator("[data-sum] td").first).to_have_text("2")
    at(server, 1, "finish")
    expect(figure(manager, "Selesai")).to_contain_text("1")
    expect(manager.locator("[data-desk='1']")).to_contain_text("kosong")
    assert manager.evaluate("window.whole") is True


def test_a_stranded_service_is_named_until_a_counter_opens_for_it(
    manager: Page, server: Server
) -> None:
    alerts = manager.locator("[data-alerts]")
    take(server, "F")
    expect(alerts).to_contain_text("menunggu: 1 orang")
    at(server, 1, "open")
    expect(alerts).to_contain_text("Legalisir (1)")
    expect(line(manager, "F")).to_have_class("line-stranded")
    take(server, "L")
    expect(alerts).to_contain_text("Akta Kelahiran (1), Legalisir (1)")
    at(server, 10, "open")
    expect(alerts).not_to_contain_text("Legalisir")
    at(server, 7, "open")
    expect(alerts).to_be_empty()


def test_an_outage_and_what_stands_still_are_told(manager: Page, server: Server) -> None:
    at(server, 3, "open")
    take(server, "C")
    who = server.tokens["manager"]
    assert server.ask("POST", "/outages", who, {"need": "blank_cards"})[0] == 200
    told = manager.locator("[data-alerts]")
    expect(told).to_contain_text(re.compile("Terganggu atau habis sejak .+: Blangko. Berhenti: .+"))
    expect(told).not_to_contain_text("loket")
    expect(line(manager, "C")).to_contain_text("berhenti: Blangko")
    assert server.ask("POST", "/outages/end", who, {"need": "blank_cards"})[0] == 200
    expect(told).to_be_empty()
    expect(line(manager, "C")).not_to_contain_text("berhenti")


def test_the_longest_wait_stands_out(manager: Page, server: Server) -> None:
    for service in "AK":
        take(server, service)

    def age(work: Work, _office: Office) -> None:
        for label, minutes in (("A001", 30), ("K001", 75)):
            ticket = work.session.query(Ticket).filter_by(label=label).one()
            ticket.arrived_at = datetime.now(UTC) - timedelta(minutes=minutes, seconds=5)

    arrange(server, age)
    take(server, "A")
    longest = figure(manager, "Paling lama menunggu")
    expect(longest).to_contain_text("75 menit")
    expect(longest).to_contain_text("nomor K001")
    expect(longest).to_have_class(re.compile("figure-watch"))
    expect(manager.locator("[data-services] .worst")).to_have_text("75 menit")
    expect(line(manager, "A")).to_contain_text("30 menit")


def test_answers_of_visitors_appear(manager: Page, server: Server) -> None:
    for _ in range(4):
        serve(server, score=4)
    ratings = manager.locator("[data-ratings]")
    expect(ratings).to_contain_text("terlalu sedikit")
    serve(server, score=1)
    expect(ratings.locator("[data-score='1']")).to_have_text("1")
    expect(ratings.locator("[data-score='4']")).to_have_text("4")
    expect(ratings).to_contain_text("80%")
    expect(ratings).to_contain_text("dari 5 jawaban")
    assert manager.evaluate("window.whole") is True


def test_a_printers_trouble_is_told_now_and_to_who_comes_later(
    page: Page, make_server: Callable[..., Server], passwords: dict[str, str]
) -> None:
    server = make_server(printer="tcp://127.0.0.1:9")
    manager = opened(page, server, passwords)
    trouble = manager.locator("[data-alerts] .notice-warn")
    expect(trouble).to_contain_text("Nyalakan dan periksa kabelnya.", timeout=PATIENCE)
    manager.reload()
    expect(trouble).to_contain_text("Nyalakan dan periksa kabelnya.")


def test_a_browser_becomes_a_kiosk_and_is_put_out_again(
    manager: Page, browser: Browser, server: Server
) -> None:
    manager.goto(f"{server.url}/manager/devices")
    manager.locator("#name").fill("Pintu barat")
    manager.locator("#place").fill("Dekat pintu masuk")
    manager.get_by_label("Jenis").select_option("kiosk")
    manager.get_by_role("button", name="Tambahkan dan tampilkan kode").click()
    code = manager.locator("[data-code]").inner_text()
    device = manager.locator(".device").filter(has_text="Pintu barat")
    expect(device).to_contain_text("belum ditautkan")
    manager.reload()
    expect(manager.locator("[data-code]")).to_have_count(0)
    with browser.new_context(locale="id-ID") as profile:
        kiosk = profile.new_page()
        kiosk.goto(f"{server.url}/link")
        kiosk.locator("#code").fill(code)
        kiosk.locator("#code").press("Enter")
        kiosk.wait_for_url("**/kiosk")
        expect(kiosk.locator("[data-services] button")).not_to_have_count(0)
        manager.reload()
        expect(device).to_contain_text("Dekat pintu masuk")
        remove = device.get_by_role("button", name="Hapus: Pintu barat")
        remove.click()
        manager.get_by_role("button", name="Jangan hapus").click()
        expect(device).to_have_count(1)
        remove.click()
        manager.get_by_role("dialog").get_by_role("button", name="Hapus", exact=True).click()
        expect(manager.get_by_text("Perangkat telah dihapus")).to_be_visible()
        expect(device).to_have_count(0)
        kiosk.wait_for_url("**/link**", timeout=PATIENCE)


def test_staff_cannot_open_the_managers_pages(
    page: Page, server: Server, passwords: dict[str, str]
) -> None:
    sign_in(page, server, "petugas1", passwords["petugas1"])
    for path in ("/manager", "/manager/devices"):
        answer = page.goto(f"{server.url}{path}")
        assert answer is not None and answer.status == 403
        expect(page.locator("[data-figures], .devices")).to_have_count(0)
    sign_in(page, server, "penyelia", passwords["penyelia"])
    answer = page.goto(f"{server.url}/manager/devices")
    assert answer is not None and answer.status == 403


def test_names_are_never_taken_for_html(manager: Page, server: Server) -> None:
    def rename(work: Work, office: Office) -> None:
        office.names = {"id": EVIL, "en": EVIL}
        for service in work.session.query(Service):
            service.names = {"id": EVIL, "en": EVIL}

    heard = alarms(manager)
    arrange(server, rename)
    take(server, "A")
    at(server, 10, "open")
    expect(manager.locator("[data-alerts]")).to_contain_text(EVIL)
    expect(line(manager, "A")).to_contain_text(EVIL)
    expect(manager.locator("[data-office]")).to_have_text(EVIL)
    manager.goto(f"{server.url}/manager/devices")
    manager.locator("#name").fill(EVIL)
    manager.locator("#name").press("Enter")
    device = manager.locator(".device").filter(has_text=EVIL)
    device.locator(".button-danger").click()
    expect(manager.locator("[data-remove-name]")).to_have_text(EVIL)
    expect(manager.locator("main img, dialog img")).to_have_count(0)
    assert heard == []


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_pages_are_accessible_and_the_day_fits_one_screen(
    page: Page, server: Server, passwords: dict[str, str], language: str
) -> None:
    manager = opened(page, server, passwords, f"?lang={language}")
    assert violations(manager) == []
    for _ in range(5):
        serve(server, score=3)
    for service in "AAKFFN":
        take(server, service)
    at(server, 2, "next")
    at(server, 5, "next", "start")
    expect(manager.locator("[data-alerts] .notice")).to_have_count(1)
    expect(manager.locator("[data-desk='5']")).to_contain_text("K001")
    expect(manager.locator(".faces")).to_be_visible()
    assert violations(manager) == []
    size = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    assert manager.evaluate(size) == [1366, 768]
    manager.set_viewport_size({"width": 390, "height": 844})
    assert overflow(manager) <= 0
    manager.goto(f"{server.url}/manager/devices")
    manager.locator("#name").fill("Televisi")
    manager.locator("#name").press("Enter")
    expect(manager.locator("[data-code]")).to_be_visible()
    assert overflow(manager) <= 0
    assert violations(manager) == []
    manager.set_viewport_size({"width": 1366, "height": 768})
    manager.locator(".device .button-danger").first.click()
    assert violations(manager) == []
