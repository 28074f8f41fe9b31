"""The supervisor's floor in a real browser: what happens, and what can be done about it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.houses import Server
from tests.people import overflow, sign_in, violations


def opened(page: Page, server: Server, passwords: dict[str, str], query: str = "?lang=id") -> Page:
    """Sign the supervisor in and open the floor."""
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, server, "penyelia", passwords["penyelia"])
    page.goto(f"{server.url}/floor{query}")
    expect(page.locator("[data-post]")).to_have_count(10)
    return page


def take(server: Server, service: str) -> None:
    """Let a visitor come."""
    status, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": service})
    assert status == 201, ticket


def next_at(server: Server, counter: int) -> tuple[int, object]:
    """Press next at a counter."""
    return server.ask("POST", f"/counters/{counter}/next", server.tokens["clerks"][str(counter)])


def test_a_counter_is_moved_to_another_service(
    page: Page, server: Server, passwords: dict[str, str]
) -> None:
    floor = opened(page, server, passwords)
    take(server, "F")
    alert = floor.locator("[data-sort='unserved']")
    expect(alert).to_contain_text("Legalisir")
    assert next_at(server, 1)[0] == 409
    floor.get_by_role("button", name="Ubah layanan loket 1", exact=True).click()
    floor.get_by_label("Loket melayani Legalisir").select_option("yes")
    save = floor.get_by_role("button", name="Simpan")
    floor.set_viewport_size({"width": 1366, "height": 400})
    expect(save).to_be_in_viewport(ratio=1)
    floor.set_viewport_size({"width": 1366, "height": 768})
    save.click()
    expect(floor.locator("[data-post='1']")).to_contain_text("F")
    assert next_at(server, 1)[0] == 200
    expect(floor.locator("[data-post='1']")).to_contain_text("F001")
    expect(alert).to_have_count(0)


def test_an_outage_is_reported_and_ended_with_one_button_each(
    page: Page, server: Server, passwords: dict[str, str]
) -> None:
    floor = opened(page, server, passwords)
    take(server, "C")
    floor.get_by_role("button", name="Laporkan gangguan").click()
    floor.get_by_role("button", name="Blangko").click()
    expect(floor.locator("[data-outage-of='blank_cards']")).to_be_visible()
    expect(floor.locator("[data-service='C']")).to_contain_text("berhenti: Blangko")
    status, offers = server.ask("GET", "/services")
    told = next(each for each in offers["services"] if each["code"] == "C")
    assert (status, told["open"], told["wait"]["reason"]) == (200, False, "stands_still")
    floor.get_by_role("button", name="Sudah pulih").click()
    expect(floor.locator("[data-outage-of]")).to_have_count(0)


def test_a_service_is_suspended_with_words_and_opened_again(
    page: Page, server: Server, passwords: dict[str, str]
) -> None:
    floor = opened(page, server, passwords)
    floor.get_by_role("button", name="Hentikan sementara: Legalisir").click()
    floor.get_by_label("Pesan untuk pengunjung (bahasa Indonesia)").fill("Petugas rapat.")
    until = floor.get_by_label("Sampai pukul (kosongkan bila belum tahu)")
    until.fill("00:00")
    suspend = floor.get_by_role("dialog").get_by_role("button", name="Hentikan sementara")
    suspend.click()
    expect(floor.get_by_text("Waktu ini sudah lewat.")).to_be_visible()
    until.fill("")
    suspend.click()
    expect(floor.get_by_role("dialog")).to_be_hidden()
    row = floor.locator("[data-service='F']")
    expect(row).to_contain_text("dihentikan")
    _, offers = server.ask("GET", "/services", Accept_Language="id")
    told = next(each for each in offers["services"] if each["code"] == "F")
    assert (told["open"], told["reason_text"]) == (False, "Petugas rapat.")
    row.get_by_role("button").click()
    expect(row).to_contain_text("buka")


def test_a_call_for_help_is_seen_and_by_whom(
    page: Page, server: Server, passwords: dict[str, str]
) -> None:
    floor = opened(page, server, passwords)
    clerk = server.tokens["clerks"]["3"]
    server.ask("POST", "/counters/3/open", clerk)
    assert server.ask("POST", "/counters/3/help", clerk)[0] == 200
    alert = floor.locator("[data-sort='help']")
    expect(alert).to_contain_text("Loket 3")
    alert.get_by_role("button").click()
    expect(alert).to_contain_text(re.compile("Penyelia, "))


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_floor_is_accessible(
    page: Page, server: Server, passwords: dict[str, str], language: str
) -> None:
    floor = opened(page, server, passwords, f"?lang={language}")
    take(server, "F")
    expect(floor.locator("[data-sort='unserved']")).to_be_visible()
    assert violations(floor) == []
    assert overflow(floor) <= 0
    floor.locator("[data-post='1'] button").click()
    assert violations(floor) == []


def test_a_clerk_is_shown_no_floor(page: Page, server: Server, passwords: dict[str, str]) -> None:
    sign_in(page, server, "petugas1", passwords["petugas1"])
    answer = page.goto(f"{server.url}/floor")
    assert answer is not None and answer.status == 403
