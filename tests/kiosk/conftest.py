"""Fixtures of the kiosk's pages: a browser that is a kiosk, and an office to arrange."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from office.devices import add_device
from office.people import Role
from office.place import Office, Service, the_office
from storage.engine import sqlite_url
from storage.work import Store, Work
from tests.houses import Server
from tests.people import send_form

Arrange = Callable[[Callable[[Work, Office], Any]], Any]


@pytest.fixture
def arrange(server: Server) -> Arrange:
    """Change the server's office behind its back, as if it had always been so."""

    def change(act: Callable[[Work, Office], Any]) -> Any:
        store = Store(sqlite_url(server.data / "antrean.db"))
        try:
            with store.work() as work:
                return act(work, the_office(work))
        finally:
            store.close()

    return change


@pytest.fixture
def open_kiosk(page: Page, server: Server, arrange: Arrange) -> Callable[..., Page]:
    """Make `page` a kiosk of the office; open it in a language."""
    code = arrange(
        lambda work, office: add_device(work, office.id, Role.KIOSK, "Pintu", datetime.now(UTC))[1]
    )

    def open_(language: str = "id", width: int = 1080, height: int = 1920) -> Page:
        page.set_viewport_size({"width": width, "height": height})
        send_form(page, server, "/link", code=code)
        page.goto(f"{server.url}/kiosk?lang={language}")
        expect(page.locator("[data-services] button")).not_to_have_count(0)
        return page

    return open_


def service(work: Work, code: str) -> Service:
    """Return a service of the only office."""
    return work.session.query(Service).filter_by(code=code).one()
