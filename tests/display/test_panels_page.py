"""Signs over counters, lines of old panels and the page that shows a code, in a browser."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from office.screens import Layout, Place
from surveys.ratings import Rating
from tests.display.hanging import hang
from tests.display.panels import fault_in
from tests.houses import Server
from tests.people import arrange, sign_in, violations

ROOT = Path(__file__).resolve().parent.parent.parent
SCRIPTS = (
    "display/static/display/panel.js",
    "display/static/display/pair.js",
    "web/static/web/vendor/socket.io.min.js",
)
PATIENCE = 20_000

#: Takes from the browser what those of 2018 televisions (Chromium 53 to 56) do not have.
YEARS_AGO = """
delete window.fetch; delete window.AbortController; delete window.queueMicrotask;
delete window.ResizeObserver; delete window.structuredClone; delete window.BigInt;
delete Array.prototype.flat; delete Array.prototype.flatMap;
delete Array.prototype.at; delete Object.fromEntries; delete Object.entries;
delete Object.values; delete String.prototype.padStart; delete String.prototype.replaceAll;
delete Promise.prototype.finally; delete Element.prototype.replaceChildren;
"""


@pytest.mark.parametrize("script", SCRIPTS)
def test_scripts_of_panels_are_of_the_language_of_old_televisions(script: str) -> None:
    assert fault_in(ROOT / script) == ""


def test_the_parser_finds_what_is_newer(tmp_path: Path) -> None:
    script = tmp_path / "new.js"
    for text in ("let a = 1;", "f(() => 1);", "a?.b;", "async function f() {}"):
        script.write_text(text)
        assert "SyntaxError" in fault_in(script)


@pytest.fixture
def panel(server: Server, make_panel: Callable[..., Page]) -> Page:
    """The sample office's screen as the sign over counter 5, in a browser of long ago."""
    return make_panel(server, Place(layout=Layout.SIGN, counter=5))


@pytest.fixture
def make_panel(browser: Browser) -> Callable[..., Page]:
    """Open a screen that hangs somewhere, in a browser of long ago."""

    def make(server: Server, place: Place, *, has_touch: bool = False) -> Page:
        page = browser.new_context(
            viewport={"width": 1280, "height": 720}, has_touch=has_touch
        ).new_page()
        page.add_init_script(YEARS_AGO)
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(hang(server, place))
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/display")
        return page

    return make


def faults(panel: Page, server: Server) -> list[str]:
    """Return what axe finds on the panel; it needs a browser of today."""
    today = panel.context.new_page()
    today.goto(f"{server.url}/display")
    expect(today.locator("[data-desk]")).not_to_be_empty()
    found = violations(today)
    today.close()
    return found


def at(server: Server, counter: int, verb: str) -> None:
    """Do a counter's verb."""
    clerk = server.tokens["clerks"][str(counter)]
    status, answer = server.ask("POST", f"/counters/{counter}/{verb}", clerk)
    assert status == 200, answer


def take(server: Server, service: str) -> None:
    """Let a visitor come."""
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": service})


def test_a_sign_shows_its_counter_and_whom_it_serves(panel: Page, server: Server) -> None:
    label = panel.locator("[data-label]")
    expect(panel.locator("[data-desk]")).to_have_text("5")
    expect(panel.locator("[data-state]")).to_contain_text("tutup")
    take(server, "K")
    take(server, "A")
    at(server, 1, "next")
    expect(label).to_have_text("–")
    at(server, 5, "next")
    expect(label).to_have_text("K001")
    expect(panel.locator("[data-state]")).to_contain_text("Silakan ke sini")
    at(server, 5, "start")
    expect(panel.locator("[data-state]")).to_contain_text("Sedang dilayani")
    at(server, 5, "finish")
    expect(label).to_have_text("–")
    expect(panel.locator("[data-state]")).to_contain_text("buka")
    clerk = panel.locator("[data-clerk]")
    expect(clerk).to_be_hidden()
    arrange(server, lambda _work, office: setattr(office, "names_on_signs", True))
    at(server, 5, "close")
    expect(clerk).to_be_hidden()
    at(server, 5, "open")
    expect(clerk).to_have_text("Petugas")
    assert faults(panel, server) == []


def test_a_sign_that_can_be_touched_asks_until_the_next_visitor_starts(
    server: Server, make_panel: Callable[..., Page]
) -> None:
    panel = make_panel(server, Place(layout=Layout.SIGN, counter=5), has_touch=True)
    expect(panel.locator("[data-desk]")).to_have_text("5")
    for service in ("J", "J", "J"):
        take(server, service)
    ask, said = panel.locator("[data-ask]"), panel.locator("[data-ask-said]")
    for verb in ("next", "start", "finish-and-next"):
        at(server, 5, verb)
    expect(ask).to_be_visible()
    expect(panel.locator("[data-label]")).to_have_text("J002")
    assert faults(panel, server) == []
    assert panel.evaluate("document.body.scrollHeight <= window.innerHeight")
    panel.locator("[data-score='4']").tap()
    expect(said).to_have_text("Terima kasih atas jawaban Anda.")
    expect(ask).to_be_hidden()
    for verb in ("start", "finish-and-next"):
        at(server, 5, verb)
    expect(ask).to_be_visible()
    at(server, 5, "start")
    expect(ask).to_be_hidden()
    channels = arrange(
        server,
        lambda work, _office: [
            (each.score, each.channel) for each in work.session.query(Rating).order_by(Rating.id)
        ],
    )
    assert channels == [(4, "counter")]


def test_a_sign_cut_off_says_so_and_comes_back_by_itself(panel: Page, server: Server) -> None:
    expect(panel.locator("[data-desk]")).to_have_text("5")
    server.kill()
    expect(panel.locator("[data-away]")).to_be_visible(timeout=PATIENCE)
    server.start()
    expect(panel.locator("[data-away]")).to_be_hidden(timeout=PATIENCE)
    take(server, "K")
    at(server, 5, "next")
    expect(panel.locator("[data-label]")).to_have_text("K001")


def test_a_line_shows_the_newest_call(server: Server, make_panel: Callable[..., Page]) -> None:
    panel = make_panel(server, Place(layout=Layout.LINE))
    panel.set_viewport_size({"width": 640, "height": 120})
    for service, counter in (("A", 1), ("K", 5)):
        take(server, service)
        at(server, counter, "next")
    expect(panel.locator("[data-label]")).to_have_text("K001")
    expect(panel.locator("[data-desk]")).to_have_text("5")
    fits = "document.documentElement.scrollWidth <= 640 && document.body.scrollHeight <= 120"
    assert panel.evaluate(fits)
    assert faults(panel, server) == []


def test_a_screen_shows_a_code_and_is_the_board_once_a_manager_typed_it(
    server: Server, browser: Browser, page: Page, passwords: dict[str, str]
) -> None:
    screen = browser.new_page(viewport={"width": 1920, "height": 1080})
    screen.goto(f"{server.url}/display")
    code = screen.locator("[data-code]").inner_text()
    assert violations(screen) == []
    screen.reload()
    expect(screen.locator("[data-code]")).to_have_text(code)
    sign_in(page, server, "manajer", passwords["manajer"])
    page.goto(f"{server.url}/manager/screens?lang=id")
    page.get_by_label("Kode di layar").fill(code)
    page.locator("#name-new").fill("Televisi depan")
    page.get_by_role("button", name="Tambah", exact=True).click()
    expect(page.get_by_role("heading", name="Televisi depan")).to_be_visible()
    expect(screen.locator("[data-desk]")).to_have_count(10, timeout=PATIENCE)
