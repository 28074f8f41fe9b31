"""The process that the servers of the tests are born of."""

from collections.abc import Iterator

import pytest

from tools.nursery import Nursery, clean_environ


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    """The process that the servers of this session are born of."""
    opened = Nursery(clean_environ())
    yield opened
    opened.close()
