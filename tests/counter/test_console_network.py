"""A network that drops for a minute between a counter and its server, while the clerk works on."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from office.screens import Layout, Place
from tests.counter.test_console_page import PATIENCE, Console, journal, take
from tests.counter.test_console_page import make_console as make_console
from tests.display.hanging import hang
from tests.houses import Server
from tests.wires import Wire

__all__ = ["make_console"]

BANNER = "[data-live-banner]"


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    """The wire of all browsers of the office, which reaches the running server."""
    with closing(Wire(server.port)) as wire:
        yield wire


@pytest.fixture
def behind(server: Server, wire: Wire) -> Server:
    """The server as it is reached over the wire."""
    return replace(server, port=wire.port)


@pytest.fixture
def console(passwords: dict[str, str], behind: Server, browser: Browser) -> Iterator[Console]:
    """Petugas 1 at counter 1, behind the wire, in a page whose minutes can be let go by."""
    profile = browser.new_context(viewport={"width": 1366, "height": 768}, locale="id-ID")
    page = profile.new_page()
    page.clock.install()
    yield Console(page, behind, "petugas1", passwords["petugas1"]).open()
    profile.close()


@pytest.fixture
def screens(browser: Browser, behind: Server) -> Iterator[list[Page]]:
    """The board of the waiting room and the sign over counter 1, behind the same wire."""
    pages = []
    for place in (Place(), Place(layout=Layout.SIGN, counter=1)):
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.clock.install()
        page.goto(hang(behind, place))
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/display")
        pages.append(page)
    yield pages
    for page in pages:
        page.context.close()


def minute(*pages: Page) -> None:
    """Let a minute go by in browsers."""
    for page in pages:
        page.clock.run_for(60_000)


def test_a_minute_without_network_loses_no_key_and_doubles_none(
    console: Console, screens: list[Page], wire: Wire, server: Server
) -> None:
    take(server, "A", "A")
    console.begin()
    console.call()
    for screen in screens:
        expect(screen.locator("body")).to_contain_text("A001")
    wire.cut()
    console.page.keyboard.press("s")
    console.page.keyboard.press("r")
    minute(console.page, *screens)
    expect(console.page.locator(BANNER)).to_be_visible()
    expect(console.page.locator("[data-sending]")).to_contain_text("Belum terkirim")
    expect(console.visitor).to_contain_text("A001")
    for screen in screens:
        expect(screen.get_by_text("Sambungan terputus")).to_be_visible()
    console.page.keyboard.press("s")
    wire.mend()
    expect(console.visitor).to_contain_text("Sedang dilayani", timeout=PATIENCE)
    expect(console.page.locator(BANNER)).to_be_hidden(timeout=PATIENCE)
    console.press("n")
    expect(console.visitor).to_contain_text("A002")
    for screen in screens:
        expect(screen.get_by_text("Sambungan terputus")).to_be_hidden(timeout=PATIENCE)
        expect(screen.locator("body")).to_contain_text("A002")
    assert [each["label"] for each in journal(server, "ticket_started")] == ["A001"]
    assert [each["label"] for each in journal(server, "ticket_called")] == ["A001", "A002"]
    assert journal(server, "ticket_recalled") == []
    assert console.stayed()


def test_who_is_away_for_longer_is_told_that_it_is_open(
    console: Console, wire: Wire, server: Server
) -> None:
    take(server, "A")
    console.begin()
    expect(console.main).to_be_enabled()
    wire.cut()
    console.page.keyboard.press("n")
    minute(console.page)
    expect(console.page.locator("[data-sending]")).to_contain_text("Belum terkirim")
    for _ in range(12):
        console.page.clock.run_for(4_000)
        if console.toasts.get_by_text("Server tidak dapat dihubungi.").count():
            break
    expect(console.toasts).to_contain_text("Server tidak dapat dihubungi.")
    expect(console.page.locator("[data-sending]")).to_have_text("")
    wire.mend()
    expect(console.page.locator(BANNER)).to_be_hidden(timeout=PATIENCE)
    # whether a try got through with its answer lost is for the page to show as it is
    done = journal(server, "ticket_called")
    expect(console.visitor).to_contain_text("Dipanggil" if done else "Berikutnya")
    if not done:
        console.call()
    expect(console.visitor).to_contain_text("A001")
    assert len(journal(server, "ticket_called")) == 1
