"""Faults, their short forms: nothing is lost, doubled, missed or told otherwise.

`make faults` makes all of them, for longer; docs/reliability.md holds its figures.
"""

import random
from collections.abc import Iterator
from itertools import islice

import pytest

from tools.faults.__main__ import suffer
from tools.faults.breaking import faults
from tools.faults.clients import Party
from tools.faults.history import Verdict
from tools.faults.house import House, Kind, house
from tools.faults.schedules import lived, planned
from tools.nursery import Nursery

pytestmark = pytest.mark.takes(5)

PARTY = Party(counters={1: ("A", "D"), 5: ("K", "J")}, kiosks=2, boards=2, pace=0.1)


@pytest.fixture(scope="module")
def many(nursery: Nursery) -> Iterator[House]:
    """Two processes behind nginx, over PostgreSQL with a standby that is waited for, and Redis."""
    with house(Kind.WAITED, nursery) as made:
        yield made


def made(where: House, name: str, copies: int = 1) -> Verdict:
    """Make a fault at a house in use, and return what the checker found."""
    party = Party(PARTY.counters, PARTY.kiosks, PARTY.boards, copies, PARTY.pace)
    _, verdict, _ = suffer(where, faults()[name], random.Random(name), party, 0.4, 0.6)
    assert verdict.issued > 0
    assert verdict.called > 0
    assert verdict.shown > 0
    return verdict


@pytest.mark.parametrize(
    "name",
    ["server_killed", "database_killed", "database_stopped_at_once", "redis_killed", "failed_over"],
)
def test_what_breaks_under_many_processes_loses_and_doubles_nothing(many: House, name: str) -> None:
    assert made(many, name).findings == []


def test_requests_sent_three_times_at_once_count_once(many: House) -> None:
    assert made(many, "sent_three_times", copies=3).findings == []


def test_the_only_process_killed_loses_and_doubles_nothing(nursery: Nursery) -> None:
    with house(Kind.ONE, nursery) as one:
        assert made(one, "server_killed").findings == []
        assert made(one, "power_cut").findings == []


def test_some_random_schedules_lose_and_double_nothing(nursery: Nursery) -> None:
    for plan, verdict, _ in islice(lived(range(75, 78), nursery), 3):
        assert verdict.findings == [], plan.says


def test_a_seed_is_one_schedule() -> None:
    assert planned(7) == planned(7)
    assert len({planned(seed).steps for seed in range(40)}) > 35
