"""Fixtures for many quick tests: one store on each database, an office of its own for each test."""

from collections.abc import Callable
from itertools import count

import pytest
from sqlalchemy import make_url

from app.sample import make_sample
from office.people import actor_of_token
from office.place import the_office
from storage.work import Store
from tests.houses import FixedClock, Staffed

_codes = (f"office{number}" for number in count(1))


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest) -> str:
    """The address of a database that many tests share, once of each kind."""
    store: Store = request.getfixturevalue(f"shared_{request.param}")
    return store.url


@pytest.fixture(scope="session")
def shared_store(request: pytest.FixtureRequest, shared_url: str) -> Store:
    """The store at that address."""
    store: Store = request.getfixturevalue(f"shared_{make_url(shared_url).get_backend_name()}")
    return store


@pytest.fixture
def store(shared_store: Store) -> Store:
    """The shared store, in place of an empty one."""
    return shared_store


@pytest.fixture
def make_staffed(store: Store, clock: FixedClock) -> Callable[[], Staffed]:
    """Make sample offices at work."""

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
