"""One visitor's walk through all five pages, each in a browser of its own, on a real server."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.houses import Server

#: Milliseconds a person looks before pressing; a press at once after a change is taken for a slip.
A_MOMENT = 1000


NewPage = Callable[..., Page]


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Make pages, each of a machine of its own; all are switched off at the end."""
    machines = []

    def make(**options: Any) -> Page:
        machines.append(browser.new_context(locale="id-ID", **options))
        return machines[-1].new_page()

    yield make
    for each in machines:
        each.close()


def sign_in(page: Page, server: Server, name: str, password: str) -> None:
    """Sign a person in, by the form."""
    page.goto(f"{server.url}/sign-in")
    page.locator("#username").fill(name)
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/sign-in"))


def linked(new_page: NewPage, manager: Page, server: Server, role: str, name: str) -> Page:
    """Add a device on the manager's page and open its link in a browser of its own."""
    manager.goto(f"{server.url}/manager/devices")
    manager.locator("#name").fill(name)
    manager.locator("#role").select_option(role)
    manager.locator("form[action$='/manager/devices'] button[type=submit]").click()
    address = manager.locator(".link-code").get_by_text("/link/").inner_text()
    page = new_page()
    page.goto(server.url + "/link/" + address.rpartition("/")[2].strip())
    page.locator("main button[type=submit]").click()
    return page


def test_a_visitor_is_served_from_the_kiosk_to_the_rating(
    new_page: NewPage, server: Server, passwords: dict[str, str]
) -> None:
    manager = new_page()
    sign_in(manager, server, "manajer", passwords["manajer"])
    kiosk = linked(new_page, manager, server, "kiosk", "Pintu masuk")
    board = linked(new_page, manager, server, "screen", "Ruang tunggu")
    expect(board.locator("[data-now-empty]")).to_be_visible()
    manager.goto(f"{server.url}/manager")
    expect(manager.locator("[data-figures]")).to_contain_text("Menunggu")

    kiosk.locator("[data-code=A]").click()
    kiosk.wait_for_timeout(A_MOMENT)
    kiosk.locator("[data-take]").click()
    expect(kiosk.locator("[data-label]")).to_have_text("A001")
    code = kiosk.locator("[data-qr]").get_attribute("src") or ""

    phone = new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.goto(server.url + code.removesuffix("/qr.svg"))
    expect(phone.get_by_role("heading", name="A001")).to_be_visible()
    expect(phone.locator("[data-facts]")).to_be_visible()
    expect(board.locator("[data-service='A'] .service-count")).to_have_text("1")
    expect(manager.locator("[data-sum] td").first).to_have_text("1")

    clerk = new_page()
    sign_in(clerk, server, "petugas1", passwords["petugas1"])
    clerk.goto(f"{server.url}/counter/1")
    main = clerk.locator(".verb-main")
    expect(main).to_be_enabled()
    main.click()
    next_one = clerk.locator("[data-verb=next]")
    expect(next_one).to_be_enabled()
    clerk.wait_for_timeout(A_MOMENT)
    next_one.click()
    expect(clerk.locator(".visitor-label")).to_have_text("A001")

    expect(board.locator("[data-now-label]")).to_have_text("A001")
    expect(board.locator("[data-recent] li").first).to_contain_text("A001")
    expect(phone.locator("[data-state]")).to_contain_text("Giliran Anda")
    expect(phone.locator("[data-counter]")).to_have_text("Loket 1")

    for verb in ("start", "finish"):
        button = clerk.locator(f"[data-verb={verb}]")
        expect(button).to_be_enabled()
        clerk.wait_for_timeout(A_MOMENT)
        button.click()
    expect(phone.locator("[data-rate]")).to_be_visible()
    phone.locator("[data-score='4']").click()
    expect(phone.locator("[data-thanks]")).to_be_visible()
    # the office is told what visitors answered five at a time
    expect(manager.locator("[data-ratings]")).to_contain_text("terlalu sedikit")
    expect(manager.locator("[data-sum] td").first).to_have_text("0")
    expect(manager.locator("[data-figures]")).to_contain_text("Selesai")
    _, services = server.ask("GET", "/services")
    assert next(each for each in services["services"] if each["code"] == "A")["waiting"] == 0
