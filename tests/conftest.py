"""Fixtures of all tests: the services they need, and the office they look at."""

import gc
from collections import defaultdict

import pytest
from hypothesis import settings

# A busy machine is no fault of the example it is busy with.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")

pytest_plugins = ["tests.services", "tests.nursery", "tests.houses", "tests.people"]


@pytest.fixture(scope="session")
def base_url() -> None:
    """No common address. Here since pytest-playwright registers its own, deprecated one late."""


def _seconds(item: pytest.Item) -> float:
    """Return about how long a test takes, as it says or by what it asks for."""
    said = item.get_closest_marker("takes")
    if said is not None:
        return float(said.args[0])
    allowed = item.get_closest_marker("timeout")
    if allowed is not None:
        return float(allowed.args[0]) / 10
    names = getattr(item, "fixturenames", ())
    return 5.0 if "playwright" in names else 2.0 if "nursery" in names else 0.1


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that all workers end together."""
    spans: defaultdict[str, float] = defaultdict(float)
    for item in items:
        spans[str(item.path)] += _seconds(item)
    items.sort(key=lambda item: -spans[str(item.path)])


def pytest_collection_finish() -> None:
    """Keep what was imported out of the collector's way, and let it look less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
