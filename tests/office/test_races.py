"""Races with real threads and real processes: numbers, calls and the close of a day at once."""

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from office import aside, serving
from office.errors import OfficeError
from office.place import CounterService, Office, counters_of, service_named
from office.tickets import Ticket
from storage.work import Work
from tests.houses import FixedClock, Staffed
from tests.office.issuing import issue
from tests.office.observing import board_of, changes

pytestmark = pytest.mark.takes(5)


def at_once(*deeds: Callable[[], Any]) -> list[Any]:
    """Do all deeds in threads that start together; return what each said, or its refusal's code."""
    start = threading.Barrier(len(deeds))

    def doing(deed: Callable[[], Any]) -> Any:
        start.wait(30)
        try:
            return deed()
        except OfficeError as refusal:
            return refusal.code

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(doing, deeds))


def serve_at_all(staffed: Staffed, code: str) -> None:
    """Let every counter serve a service."""

    def act(work: Work, office: Office) -> None:
        service = service_named(work, office.id, code)
        for counter in counters_of(work, office.id):
            work.session.merge(CounterService(counter_id=counter.id, service_id=service.id))

    staffed.in_turn(act)


def tickets(staffed: Staffed) -> list[Ticket]:
    """Return all tickets of the office in the order they were taken."""
    found: list[Ticket] = staffed.read(
        lambda work, office: list(
            work.session.scalars(
                select(Ticket).where(Ticket.office_id == office.id).order_by(Ticket.id)
            )
        )
    )
    return found


def assert_whole(staffed: Staffed) -> None:
    """Check that the journal has no gap and tells of every ticket what is kept of it."""
    rows = changes(staffed)
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    told = {row["label"]: row["to"] for row in rows if "label" in row}
    assert told == {each.label: each.status for each in tickets(staffed)}


def test_fifty_tickets_taken_at_once_have_fifty_numbers(staffed: Staffed) -> None:
    labels = at_once(*[staffed.take] * 50)
    assert sorted(labels) == [f"A{number:03d}" for number in range(1, 51)]
    assert [each.number for each in tickets(staffed)] == list(range(1, 51))
    assert_whole(staffed)


def test_tickets_taken_by_many_processes_have_consecutive_numbers(staffed: Staffed) -> None:
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(5)
    values = (staffed.store.url, staffed.actors["kiosk"], staffed.clock.now(), 10, start)
    processes = [spawn.Process(target=issue, args=values) for _ in range(5)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(90)
    assert [process.exitcode for process in processes] == [0] * 5
    assert [each.number for each in tickets(staffed)] == list(range(1, 51))
    assert_whole(staffed)


def test_eight_counters_press_next_together_and_nobody_is_called_twice(staffed: Staffed) -> None:
    serve_at_all(staffed, "A")
    for _ in range(5):
        staffed.take()
    said = at_once(*[partial(staffed.next, number) for number in range(1, 9)])
    assert sorted(said) == ["A001", "A002", "A003", "A004", "A005", *["line_empty"] * 3]
    serving = board_of(staffed)["serving"]
    assert len({each["counter"] for each in serving}) == len(serving) == 5
    assert_whole(staffed)


def test_one_counter_pressed_many_times_at_once_calls_one_visitor(staffed: Staffed) -> None:
    for _ in range(5):
        staffed.take()
    said = at_once(*[partial(staffed.next, 1)] * 6)
    assert sorted(said) == ["A001", *["counter_busy"] * 5]


def test_a_visitor_is_called_or_held_but_not_both(staffed: Staffed) -> None:
    for _ in range(6):
        label = staffed.take()
        said = at_once(partial(staffed.next, 1), partial(staffed.at, 2, aside.hold, label))
        assert said in ([label, "not_allowed"], ["line_empty", label])
        if staffed.status(label) == "called":
            staffed.at(1, serving.finish)
    assert_whole(staffed)


def test_the_day_is_closed_while_tickets_are_taken_and_called(staffed: Staffed) -> None:
    serve_at_all(staffed, "A")
    for _ in range(10):
        staffed.take()
    deeds: list[Callable[[], Any]] = []
    for number in range(1, 9):
        deeds += [
            staffed.take,
            partial(staffed.next, number),
            partial(staffed.at, number, serving.finish_and_next),
        ]
    said = at_once(*deeds[:12], staffed.close_day, *deeds[12:])
    codes = {each for each in said if isinstance(each, str) and "_" in each}
    assert codes <= {"line_empty", "counter_busy"}
    kept = tickets(staffed)
    assert [each.number for each in kept] == list(range(1, 19))
    assert said[12] == sum(each.status == "expired" for each in kept)
    assert_whole(staffed)


def test_at_midnight_old_and_new_requests_get_numbers_of_one_day_or_the_other(
    staffed: Staffed,
) -> None:
    midnight = datetime(2026, 11, 25, 16, 0, tzinfo=UTC)
    staffed.take()
    before, after = (
        replace(staffed, clock=FixedClock(midnight + timedelta(milliseconds=each)))
        for each in (-1, 0)
    )
    at_once(*[before.take, after.take] * 10)
    staffed.clock.moment = midnight
    by_day: dict[str, list[int]] = {}
    for each in tickets(staffed):
        by_day.setdefault(each.day.isoformat(), []).append(each.number)
    assert sum(map(len, by_day.values())) == 21
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in by_day.values())
    assert sum(row["kind"] == "day_closed" for row in changes(staffed)) == 1


def test_offices_take_tickets_at_once_each_for_itself(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    other = make_staffed()
    at_once(*[staffed.take, other.take] * 10)
    for office in (staffed, other):
        assert [each.number for each in tickets(office)] == list(range(1, 11))
        assert_whole(office)
