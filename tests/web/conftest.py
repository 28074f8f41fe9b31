"""Fixtures of what all pages share: a page that can import the project's own modules, browsers."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, Route

from app.factory import create_app
from app.settings import Settings
from office.devices import add_device
from office.people import Account, Role
from storage.work import Store
from tests.houses import Client, Staffed
from tests.offices import make_staffed, shared_store, shared_url, staffed, store
from tests.web.browsing import Browser
from tools.nursery import QUICK
from web.house import House
from web.limits import limiter
from web.outlook import Outlooks

__all__ = ["make_staffed", "shared_store", "shared_url", "staffed", "store"]

STATIC = Path(__file__).parents[2] / "web" / "static"

#: An address that exists only in the test's own browser.
ADDRESS = "http://office.test"

PASSWORD = "kunci-loket-2026"


@pytest.fixture
def blank(page: Page) -> Page:
    """An empty page at ADDRESS, beside the static files as they lie on the disk."""

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(f"{ADDRESS}/static/")
        if path.endswith(".js"):
            route.fulfill(path=STATIC / path, content_type="text/javascript")
        else:
            route.fulfill(
                body='<!doctype html><html lang="id"><title>-</title>', content_type="text/html"
            )

    page.route(f"{ADDRESS}/**", serve)
    page.goto(f"{ADDRESS}/")
    return page


def app_at(store: Store, folder: Path, **settings: Any) -> APIFlask:
    """Return an app of the offices in `store`, without background tasks."""
    app = create_app(Settings(data=folder, database=store.url, **settings))
    app.extensions["antrean"].store.close()
    app.extensions["antrean"].store = store
    return app


@pytest.fixture(scope="session")
def shared_app(shared_store: Store, tmp_path_factory: pytest.TempPathFactory) -> APIFlask:
    """An app that many tests share; making one takes longer than most tests."""
    return app_at(shared_store, tmp_path_factory.mktemp("files"))


@pytest.fixture
def client(shared_app: APIFlask, staffed: Staffed) -> Client:
    """The API of the sample office, by the test's clock, with nothing asked of it yet."""
    home: House = shared_app.extensions["antrean"]
    home.clock, home.outlooks = staffed.clock, Outlooks()
    limiter.reset()
    return Client(shared_app.test_client())


@pytest.fixture
def make_client(staffed: Staffed, tmp_path: Path) -> Callable[..., Client]:
    """Make APIs of the sample office in this process, with settings of their own."""

    def make(**settings: Any) -> Client:
        app = app_at(staffed.store, tmp_path / "files", **settings)
        app.extensions["antrean"].clock = staffed.clock
        return Client(app.test_client())

    return make


@pytest.fixture
def make_browser(client: Client) -> Callable[[], Browser]:
    """Make browsers of the sample office, each with cookies of its own."""
    return lambda: Browser(client.flask.application.test_client())


@pytest.fixture
def browser_profile(make_browser: Callable[[], Browser]) -> Browser:
    """A browser nobody has used yet."""
    return make_browser()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD."""
    return QUICK.hash(PASSWORD)


@pytest.fixture
def make_account(staffed: Staffed, password_hash: str) -> Callable[..., str]:
    """Add people with PASSWORD to the sample office; each call returns the sign-in name."""

    def make(role: Role = Role.STAFF) -> str:
        with staffed.store.work() as work:
            account = Account(
                office_id=staffed.office_id,
                username=f"{role.value}-of-{staffed.office_id}",
                name="Wayan",
                role=role.value,
                password_hash=password_hash,
            )
            work.session.add(account)
        return account.username

    return make


@pytest.fixture
def make_link_code(staffed: Staffed) -> Callable[..., tuple[int, str]]:
    """Add devices to the sample office; each call returns the device's id and link code."""

    def make(role: Role = Role.KIOSK) -> tuple[int, str]:
        with staffed.store.work() as work:
            token, code = add_device(
                work, staffed.office_id, role, "Pintu utara", staffed.clock.now()
            )
        return token.id, code

    return make
