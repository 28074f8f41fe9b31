"""Short forms of what disks and clocks do to an office on SQLite; see also `make faults`."""

import random
from collections.abc import Iterator

import pytest
import requests

from tools.faults.__main__ import suffer
from tools.faults.breaking import faults
from tools.faults.clients import Party
from tools.faults.frail import NotFrail
from tools.faults.house import House, Kind, house
from tools.nursery import Nursery

pytestmark = pytest.mark.takes(7)


@pytest.fixture(scope="module")
def frail(nursery: Nursery) -> Iterator[House]:
    """An office on a machine with a small disk, whose disk and clock can go amiss."""
    try:
        with house(Kind.FRAIL, nursery) as made:
            yield made
    except NotFrail as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize("name", ["disk_full", "clock_to_tomorrow", "clock_without_battery"])
def test_nothing_is_lost_or_doubled(frail: House, name: str) -> None:
    history, verdict, took = suffer(frail, faults()[name], random.Random(1), Party(boards=1))
    assert verdict.findings == []
    assert verdict.issued > 10 and verdict.called > 10
    assert took.right < 30
    assert not [row for row in history.rows if row["kind"] == "day_closed"]


def test_a_full_disk_is_told_in_the_visitors_language(frail: House) -> None:
    assert frail.frail is not None
    frail.frail.fill()

    def ask(language: str) -> requests.Response:
        who = {"Authorization": f"Bearer {frail.tokens['kiosk']}", "Accept-Language": language}
        url = f"{frail.urls[0]}/api/v1/tickets"
        return requests.post(url, json={"service": "A"}, headers=who, timeout=10)

    try:
        # the log that is there already has room for some
        while ask("id").status_code == 201:
            pass
        told = [ask(language) for language in ("id", "en")]
    finally:
        frail.frail.empty()
    assert [(each.status_code, each.json()["code"]) for each in told] == [(503, "disk_full")] * 2
    indonesian, english = (each.json()["detail"] for each in told)
    assert "penuh" in indonesian and "full" in english
