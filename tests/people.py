"""People at their pages: signing in with a password, and what stands in anybody's way there."""

import re
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Dialog, Page, expect

from office.passwords import account_named, new_password, set_password
from office.place import Office, the_office
from storage.engine import sqlite_url
from storage.work import Store, Work
from tests.houses import Server
from tools.nursery import QUICK

# Longer than a page needs even where many tests share few cores; what never comes still fails.
expect.set_options(timeout=20_000)

#: A name that is a trap where it is taken for HTML.
EVIL = "<img src=x onerror=alert(1)>"


#: Runs axe and returns no more than is asked; its whole answer is a tale of the page.
EXAMINE = """
() => axe.run(document, { resultTypes: ["violations"] }).then((told) =>
  told.violations.map((each) => `${each.id}: ${each.nodes[0].html}`))
"""


#: Who signs in at pages in tests.
NAMES = ("petugas1", "petugas2", "petugas5", "resepsionis", "penyelia", "manajer")


@pytest.fixture(scope="session")
def passwords(installation: tuple[Path, dict[str, Any]]) -> dict[str, str]:
    """The passwords of `NAMES`, good at every SQLite server."""
    given = {name: new_password() for name in NAMES}
    url = sqlite_url(installation[0] / "antrean.db")
    with closing(Store(url)) as store, store.work() as work:
        for name, password in given.items():
            set_password(account_named(work, name), QUICK.hash(password))
    return given


def send_form(page: Page, server: Server, path: str, **fields: str) -> None:
    """Send the form of a page of the same address, without painting that page."""
    asking, url = page.context.request, server.url + path
    form = asking.get(url).text()
    token = re.search(r'name="csrf_token" value="([^"]+)"', form)
    assert token is not None, form
    sent = {"csrf_token": token[1], **fields}
    answer = asking.post(url, form=sent, headers={"Origin": server.url}, max_redirects=0)
    assert answer.status == 302, answer.text()


def sign_in(page: Page, server: Server, name: str, password: str) -> None:
    """Sign a person in, before any page."""
    send_form(page, server, "/sign-in", username=name, password=password)


@pytest.fixture
def manager(page: Page, server: Server, passwords: dict[str, str]) -> Page:
    """A browser of a manager who has signed in, before any page."""
    page.set_viewport_size({"width": 1366, "height": 768})
    sign_in(page, server, "manajer", passwords["manajer"])
    return page


def arrange(server: Server, act: Callable[[Work, Office], Any]) -> Any:
    """Change the server's office behind its back, as if it had always been so."""
    with closing(Store(sqlite_url(server.data / "antrean.db"))) as store, store.work() as work:
        return act(work, the_office(work))


def alarms(page: Page) -> list[str]:
    """Return a list that gets the words of every alert() of the page from now on."""
    heard: list[str] = []

    def hear(dialog: Dialog) -> None:
        heard.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    return heard


def violations(page: Page) -> list[str]:
    """Return what axe finds, in short."""
    if page.evaluate("!window.axe"):
        page.evaluate(Axe().axe_script)
    found: list[str] = page.evaluate(EXAMINE)
    return found


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wider
