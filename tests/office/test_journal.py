"""The journal: gapless, told after the commit, and enough to know who waits, whatever happened."""

from collections import Counter as Tally
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from office import aside, calling, reception, serving, undoing
from office.errors import CounterIdle, OfficeError
from office.journal import Journaled, JournalRow, changes_after
from office.place import Counter, CounterService, Office, counters_of, services_of
from office.tickets import Ticket, ticket_labelled
from storage.work import Store, Work
from tests.houses import Staffed
from tests.office.observing import (
    at_as,
    board_of,
    call_all,
    changes,
    refused,
    ticket,
    version,
    waiting,
)

pytestmark = pytest.mark.takes(1.5)


def moved(waiting: Tally[str], change: dict[str, Any]) -> None:
    """Count a change into those waiting for each service, as a screen does."""
    if change.get("from") == "waiting":
        waiting[change.get("from_service") or change["service"]] -= 1
    if change.get("to") == "waiting":
        waiting[change["service"]] += 1


def derived(changes: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return how many wait for each service by the journal alone."""
    counts: Tally[str] = Tally()
    for change in changes:
        moved(counts, change)
    return dict(+counts)


def serve_everything(staffed: Staffed) -> None:
    """Let the first four counters serve every service, so that nobody is left without one."""

    def act(work: Work, office: Office) -> None:
        for counter in counters_of(work, office.id)[:4]:
            for service in services_of(work, office.id):
                work.session.merge(CounterService(counter_id=counter.id, service_id=service.id))

    staffed.in_turn(act)


def called_up(staffed: Staffed) -> dict[str, int]:
    """Press next at the first four counters until nobody is left; count the calls by service."""
    calls: Tally[str] = Tally()
    for counter in (1, 2, 3, 4):
        with suppress(CounterIdle):
            staffed.at(counter, serving.finish)
    for counter in (1, 2, 3, 4):
        for label in call_all(staffed, counter):
            calls[ticket(staffed, label).service.code] += 1
    return dict(calls)


SERVICES = ("A", "K", "C")
AT_COUNTER = {"called", "serving"}
#: Each verb with the statuses it suits, and how it is done.
VERBS: dict[str, tuple[set[str], Callable[[str, int], tuple[Any, ...]]]] = {
    "call": ({"waiting"}, lambda label, _at: (calling.call_ticket, label, "in_pain")),
    "recall": ({"called"}, lambda _label, _at: (calling.recall,)),
    "start": ({"called"}, lambda _label, _at: (serving.start,)),
    "finish": (AT_COUNTER, lambda _label, _at: (serving.finish,)),
    "finish and next": (AT_COUNTER, lambda _label, _at: (serving.finish_and_next,)),
    "no-show": ({"called"}, lambda _label, _at: (calling.no_show,)),
    "put back": ({"called"}, lambda _label, _at: (calling.put_back,)),
    "hold": (AT_COUNTER, lambda _label, _at: (aside.hold,)),
    "hold one": ({"waiting"}, lambda label, _at: (aside.hold, label)),
    "resume": ({"held"}, lambda label, _at: (aside.resume, label)),
    "rejoin": ({"no_show"}, lambda label, _at: (aside.rejoin, label)),
    "undo": ({"called", "serving", "waiting", "done", "held"}, lambda *_: (undoing.undo,)),
    "send to service": (AT_COUNTER, lambda _label, at: (serving.transfer, SERVICES[at % 3], None)),
    "send to counter": (AT_COUNTER, lambda _label, at: (serving.transfer, None, 1 + at % 4)),
}
DEEDS = ["take"] * 5 + ["next"] * 8 + ["cancel", "close day", *VERBS]


def tickets_now(staffed: Staffed) -> list[tuple[str, str, int | None]]:
    """Return label, status and counter of the day's tickets."""

    def look(work: Work, office: Office) -> list[tuple[str, str, int | None]]:
        rows = work.session.execute(
            select(Ticket.label, Ticket.status, Counter.number)
            .outerjoin(Counter, Counter.id == Ticket.counter_id)
            .where(Ticket.office_id == office.id, Ticket.day == office.open_day)
            .order_by(Ticket.id)
        )
        return [(label, status, number) for label, status, number in rows]

    found: list[tuple[str, str, int | None]] = staffed.read(look)
    return found


def do(staffed: Staffed, deed: str, counter: int, pick: int) -> None:
    """Do a deed, mostly where it suits; elsewhere it is refused."""
    if deed == "take":
        staffed.take(SERVICES[pick % 3], "priority" if pick % 4 == 0 else None)
    elif deed == "close day":
        staffed.close_day()
    elif deed == "next":
        staffed.next(counter)
    else:
        suits, verb = VERBS.get(deed, ({"waiting", "held"}, None))
        fit = [each for each in tickets_now(staffed) if each[1] in suits or pick % 7 == 0]
        label, status, at = fit[pick % len(fit)] if fit else ("A001", "none", None)
        if verb is None:
            cancel(staffed, label)
        else:
            staffed.at(at if at and status in AT_COUNTER else counter, *verb(label, pick))


def cancel(staffed: Staffed, label: str) -> None:
    """Give a ticket back as its holder."""

    def act(work: Work, office: Office) -> None:
        found = ticket_labelled(work, office.id, office.today(staffed.clock.now()), label)
        reception.cancel(work, office, staffed.actors["kiosk"], staffed.clock.now(), found)

    staffed.in_turn(act)


@settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    deeds=st.lists(
        st.tuples(st.sampled_from(DEEDS), st.integers(1, 4), st.integers(0, 999)),
        min_size=25,
        max_size=40,
    )
)
def test_whatever_was_done_the_count_of_those_waiting_is_that_of_successful_calls(
    staffed: Staffed, deeds: list[tuple[str, int, int]]
) -> None:
    staffed.clock.advance(days=1)
    staffed.in_turn(lambda _work, _office: None)
    serve_everything(staffed)
    counts: Tally[str] = Tally()
    stands = version(staffed)
    for deed, counter, pick in deeds:
        staffed.clock.advance(seconds=20 if deed == "undo" else 60)
        try:
            do(staffed, deed, counter, pick)
        except OfficeError:
            assert version(staffed) == stands
        rows = changes(staffed, stands)
        assert [row["version"] for row in rows] == list(range(stands + 1, stands + len(rows) + 1))
        stands += len(rows)
        for row in rows:
            moved(counts, row)
        shown = board_of(staffed)
        assert shown["version"] == stands
        assert {code: n for code, n in shown["waiting"].items() if n} == +counts
    assert called_up(staffed) == +counts
    assert waiting(staffed) == {}


def test_after_a_transfer_a_hold_and_a_restart_the_count_is_that_of_successful_calls(
    staffed: Staffed,
) -> None:
    serve_everything(staffed)
    for code in ("A", "A", "A", "K", "K"):
        staffed.take(code)
    staffed.next(1)
    staffed.at(1, serving.transfer, "K", None)
    staffed.next(1)
    staffed.at(1, aside.hold)
    staffed.next(2)
    with closing(Store(staffed.store.url)) as restarted:
        staffed.store = restarted
        shown = waiting(staffed)
        assert shown == derived(changes(staffed)) == {"A": 1, "K": 2}
        assert called_up(staffed) == shown


# Rows


def test_versions_follow_one_another_in_every_office(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    other: Staffed = make_staffed()
    for _ in range(3):
        staffed.take()
        other.take()
    for office in (staffed, other):
        assert [change["version"] for change in changes(office)] == [1, 2, 3]
        assert version(office) == 3


def test_a_refused_verb_leaves_no_gap(staffed: Staffed) -> None:
    staffed.take()
    with refused(staffed, "service_unknown"):
        staffed.take("Z")
    staffed.take()
    assert [change["version"] for change in changes(staffed)] == [1, 2]


def test_missed_rows_come_oldest_first_and_not_more_than_asked(staffed: Staffed) -> None:
    for _ in range(5):
        staffed.take()
    rows = staffed.read(lambda work, office: changes_after(work, office.id, 2, 2))
    assert [row.version for row in rows] == [3, 4]
    assert staffed.read(lambda work, office: changes_after(work, office.id, 5, 2)) == []


def test_what_screens_are_told_is_what_the_journal_keeps(staffed: Staffed) -> None:
    told: list[Journaled] = []
    staffed.store.after_commit(
        lambda events: told.extend(each for each in events if isinstance(each, Journaled))
    )
    staffed.take()
    staffed.next(1)
    with pytest.raises(OfficeError):
        staffed.next(1)
    mine = [each for each in told if each.office_id == staffed.office_id]
    assert [each.change for each in mine] == changes(staffed)
    assert [each.version for each in mine] == [1, 2, 3]
    assert [each.ticket_id for each in mine] == [
        ticket(staffed, "A001").id,
        None,
        ticket(staffed, "A001").id,
    ]


def test_the_journal_tells_who_did_it_but_no_name(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    at_as(staffed, "manager", 1, serving.finish)
    rows = staffed.read(
        lambda work, office: list(
            work.session.scalars(
                select(JournalRow)
                .where(JournalRow.office_id == office.id)
                .order_by(JournalRow.version)
            )
        )
    )
    actors = staffed.actors
    assert [row.actor for row in rows] == [
        *(actors[each].key for each in ("kiosk", "1", "1", "manager", "manager")),
    ]
    names = {actors[each].name for each in ("kiosk", "1", "manager")}
    assert not any(name in repr(row.detail) for row in rows for name in names)
