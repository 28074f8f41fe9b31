"""Fixtures of all tests: the services they need, and the office they look at."""

import pytest
from hypothesis import settings

# A busy machine is no fault of the example it is busy with.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

pytest_plugins = ["tests.services", "tests.nursery", "tests.houses", "tests.people"]


@pytest.fixture(scope="session")
def base_url() -> None:
    """No common address. Here since pytest-playwright registers its own, deprecated one late."""
