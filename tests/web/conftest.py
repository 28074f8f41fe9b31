"""Fixtures of what all pages share: a page that can import the project's own modules."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route

STATIC = Path(__file__).parents[2] / "web" / "static"

#: An address that exists only in the test's own browser.
ADDRESS = "http://office.test"


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
