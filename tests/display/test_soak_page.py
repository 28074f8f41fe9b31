"""A board that runs for long: after many calls it holds no more memory than after some."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.display.hanging import hang
from tests.houses import Server

#: Calls before the first look, by which everything that is kept is full, and calls after it.
BEFORE, AFTER = 40, 400
#: Bytes that a heap may differ by though nothing was kept.
SLACK = 3_000_000


def call(server: Server, times: int) -> str:
    """Call visitors to counter 1, one after another; return the last one's label."""
    label = ""
    for _ in range(times):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
        clerk = server.tokens["clerks"]["1"]
        _, answer = server.ask("POST", "/counters/1/finish-and-next", clerk)
        label = answer["ticket"]["label"]
    return label


def heap(page: Page) -> int:
    """Return the bytes of the page's script heap, and its nodes, after collecting what is dead."""
    inspector = page.context.new_cdp_session(page)
    inspector.send("HeapProfiler.collectGarbage")
    used: int = inspector.send("Runtime.getHeapUsage")["usedSize"]
    inspector.detach()
    return used


@pytest.mark.timeout(400)
def test_a_board_does_not_grow_with_the_calls(browser: Browser, server: Server) -> None:
    page = browser.new_context(viewport={"width": 1920, "height": 1080}).new_page()
    page.goto(hang(server))
    page.locator("main button[type=submit]").click()
    expect(page.locator("[data-desk]")).to_have_count(10)
    newest = page.locator("[data-call]").first
    expect(newest).to_contain_text(call(server, BEFORE), timeout=30_000)
    before, nodes = heap(page), page.evaluate("document.querySelectorAll('*').length")
    expect(newest).to_contain_text(call(server, AFTER), timeout=30_000)
    assert heap(page) - before < SLACK
    assert page.evaluate("document.querySelectorAll('*').length") <= nodes + 20
    page.context.close()
