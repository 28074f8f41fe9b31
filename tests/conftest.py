"""Fixtures of all tests: the services they need, and the office they look at."""

import pytest

pytest_plugins = ["tests.services", "tests.nursery", "tests.houses", "tests.people"]


@pytest.fixture(scope="session")
def base_url() -> None:
    """No common address. Here since pytest-playwright registers its own, deprecated one late."""
