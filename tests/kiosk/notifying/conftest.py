"""Fixtures of messages to visitors: gateways that listen, an office that sends, and its sender."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from kiosk.notifying.sender import Sender
from tests.houses import Staffed
from tests.kiosk.notifying.gateways import Post, listening
from tests.kiosk.notifying.visitors import at_place
from tests.offices import make_staffed, shared_store, shared_url, staffed, store
from tests.web.conftest import app_at, make_account, password_hash
from web.house import House
from web.limits import limiter

__all__ = [
    "make_account",
    "make_staffed",
    "password_hash",
    "shared_store",
    "shared_url",
    "staffed",
    "store",
]


@pytest.fixture(scope="session")
def servers() -> Iterator[Post]:
    """The gateways."""
    with listening() as post:
        yield post


@pytest.fixture
def post(servers: Post) -> Post:
    """The gateways, with nothing said yet."""
    servers.mails.clear()
    servers.asked.clear()
    servers.answer = 200
    servers.speaks.set()
    return servers


@pytest.fixture
def app(staffed: Staffed, tmp_path: Path, post: Post) -> Iterator[APIFlask]:
    """The app of an office that sends messages at place 3."""
    made = app_at(staffed.store, tmp_path, notify=post.gateways)
    made.extensions["antrean"].clock = staffed.clock
    limiter.reset()
    at_place(staffed, 3)
    yield made
    # the store is shared: what is left over is no other test's to send
    at_place(staffed, 0)


@pytest.fixture
def sender(app: APIFlask) -> Sender:
    """What sends, without its own loop."""
    home: House = app.extensions["antrean"]
    return Sender(app, home)


@pytest.fixture
def phone(app: APIFlask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()
