"""Fixtures for many quick tests: one store on each database, an office of its own for each test."""

import uuid
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, make_url

from app import migrations
from app.sample import make_sample
from office.people import actor_of_token
from office.place import the_office
from storage.work import Store
from tests.houses import FixedClock, Staffed

_codes = (f"office{number}" for number in count(1))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database that many tests share, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('offices') / 'antrean.db'}"
    server = request.getfixturevalue("postgres")
    name = f"offices{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def shared_store(shared_url: str) -> Iterator[Store]:
    """A migrated store that many tests share; it need not survive a power cut."""
    opened = Store(shared_url)
    if opened.engine.dialect.name == "sqlite":

        @event.listens_for(opened.engine, "connect")
        def hurry(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")

    migrations.upgrade(opened.engine)
    yield opened
    opened.close()


@pytest.fixture
def store(shared_store: Store) -> Store:
    """The shared store, in place of an empty one."""
    return shared_store


@pytest.fixture
def make_staffed(
    store: Store, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Staffed]:
    """Make sample offices at work, in which nobody can sign in: hashing passwords takes seconds."""
    monkeypatch.setattr("app.sample.hash_password", lambda password: "none")

    def make() -> Staffed:
        code = next(_codes)
        with store.work() as work:
            sample = make_sample(work, clock.now(), code)
        with store.read() as work:
            office_id = the_office(work, code).id
            actors = {
                name: actor
                for name, token in {**sample.tokens, **sample.tokens["clerks"]}.items()
                if isinstance(token, str) and (actor := actor_of_token(work, token))
            }
        return Staffed(store, clock, sample, office_id, actors)

    return make


@pytest.fixture
def staffed(make_staffed: Callable[[], Staffed]) -> Staffed:
    """A sample office at work, on each database."""
    return make_staffed()
