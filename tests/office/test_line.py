"""The line as it is read: places, and what a counter may call of it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from office import aside, serving
from office.line import for_counter, line_at, line_of
from office.place import Office, counter_numbered, served_at
from storage.work import Work
from tests.houses import MORNING, Staffed


def places(staffed: Staffed) -> list[tuple[str, int]]:
    """Return each of the line with its place."""
    found: list[tuple[str, int]] = staffed.read(
        lambda work, office: [
            (each.label, each.position) for each in line_of(work, office, staffed.clock.now())
        ]
    )
    return found


def mixed_line(staffed: Staffed) -> None:
    """Let visitors of three services and two classes come, one sent to counter 2."""
    for code, priority in [
        ("A", None),
        ("K", None),
        ("A", "priority"),
        ("D", None),
        ("A", None),
        ("K", "priority"),
        ("D", "priority"),
        ("A", "priority"),
    ]:
        staffed.take(code, priority)
        staffed.clock.advance(minutes=2)
    staffed.next(5)
    staffed.at(5, serving.transfer, None, 2)


def test_a_place_is_counted_among_those_of_the_same_service(staffed: Staffed) -> None:
    for code in ("A", "K", "A", "K", "A"):
        staffed.take(code)
        staffed.clock.advance(minutes=1)
    assert places(staffed) == [("A001", 1), ("K001", 1), ("A002", 2), ("K002", 2), ("A003", 3)]


def test_only_those_who_wait_stand_in_line(staffed: Staffed) -> None:
    for _ in range(4):
        staffed.take()
        staffed.clock.advance(minutes=1)
    staffed.next(1)
    staffed.at(2, aside.hold, "A002")
    assert places(staffed) == [("A003", 1), ("A004", 2)]


def test_the_line_knows_all_the_policy_needs(staffed: Staffed) -> None:
    staffed.take("A", "priority")
    staffed.next(1)
    staffed.at(1, serving.transfer, "K", 2)
    (each,) = staffed.read(lambda work, office: line_of(work, office, staffed.clock.now()))
    assert (each.label, each.class_code, each.rate, each.position) == ("A001", "priority", 2.0, 1)
    assert each.arrived_at == each.line_since == MORNING
    assert each.only_counter == staffed.actors["2"].counter_id


@pytest.mark.parametrize("policy", ["accumulating", "first_come", "ratio"])
def test_a_counters_own_line_is_its_part_of_the_whole_line_in_the_same_order(
    staffed: Staffed, policy: str
) -> None:
    staffed.change(policy=policy)
    mixed_line(staffed)

    def ids(number: int) -> tuple[list[int], list[int]]:
        def look(work: Work, office: Office) -> tuple[list[int], list[int]]:
            counter = counter_numbered(work, office.id, number)
            served = served_at(work, counter)
            now = staffed.clock.now()
            part = for_counter(line_of(work, office, now), office, counter.id, served, now)
            own = line_at(work, office, counter.id, served, now)
            return [each.ticket_id for each in part], [each.ticket_id for each in own]

        found: tuple[list[int], list[int]] = staffed.read(look)
        return found

    for number in (1, 2, 5, 3):
        part, own = ids(number)
        assert part == own
    assert len(ids(1)[0]) == 6
    assert len(ids(2)[0]) == 7


def test_offices_have_lines_of_their_own(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    staffed.take()
    assert places(make_staffed()) == []


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_a_call_finds_open_tickets_without_looking_through_the_past(staffed: Staffed) -> None:
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT") and "FROM tickets" in statement:
            asked.append((statement, values))

    staffed.take()
    engine = staffed.store.engine
    event.listen(engine, "before_cursor_execute", hear)
    staffed.at(1, serving.finish_and_next)
    event.remove(engine, "before_cursor_execute", hear)

    def explained(statement: str, values: Any) -> list[Any]:
        with engine.connect() as connection:
            return list(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())

    ways = {
        step[3].partition(" USING ")[2].partition(" (")[0]
        for statement, values in asked
        for step in explained(statement, values)
        if step[3].startswith(("SEARCH tickets", "SCAN tickets"))
    }
    assert ways == {
        "INDEX ix_tickets_open",
        "INDEX uq_tickets_at_counter",
        "INTEGER PRIMARY KEY",
    }
