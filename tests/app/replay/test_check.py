"""The checker: a faultless replay passes, and every kind of fault put into one is found."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.replay.check import Called, Evidence, Findings, Polled, check
from app.replay.follow import Heard, Hearing
from app.replay.rebuilt import Row

RATES = {"ordinary": 1.0, "priority": 2.0}
OPENING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


class Journal:
    """Writes a journal as the office does, one row a minute."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._taken: dict[str, Row] = {}

    def taken(self, label: str, priority: str = "ordinary", service: str | None = None) -> None:
        """A ticket is taken."""
        at = self._now()
        self._taken[label] = {
            "label": label,
            "service": service or label[0],
            "priority": priority,
            "arrived_at": at,
            "line_since": at,
        }
        self._row("ticket_taken", label, None, "waiting", None)

    def called(self, label: str, counter: int, services: str = "A", **detail: Any) -> None:
        """A ticket is called."""
        self._row(
            "ticket_called",
            label,
            "waiting",
            "called",
            counter,
            services=list(services),
            **detail,
        )

    def served(self, label: str, counter: int) -> None:
        """A called ticket is started and finished."""
        self._row("ticket_started", label, "called", "serving", counter)
        self._row("ticket_finished", label, "serving", "done", counter)

    def row(
        self, kind: str, label: str, former: str, to: str, counter: int | None, **detail: Any
    ) -> None:
        """Anything else."""
        self._row(kind, label, former, to, counter, **detail)

    def _now(self) -> str:
        return (OPENING + timedelta(minutes=len(self.rows))).isoformat()

    def _row(
        self,
        kind: str,
        label: str,
        former: str | None,
        to: str,
        counter: int | None,
        **detail: Any,
    ) -> None:
        row = {
            "version": len(self.rows) + 1,
            "kind": kind,
            "at": self._now(),
            "day": "2026-11-25",
        }
        row |= self._taken[label] | {"counter": counter, "from": former, "to": to} | detail
        self.rows.append(row)


def of(rows: list[Row], **given: Any) -> Evidence:
    """Return the evidence of a replay in which everybody saw what the journal says."""
    calls = [row for row in rows if row["kind"] == "ticket_called"]
    screens = [Hearing(shown=[Heard(row, row["version"] + 0.05) for row in rows]) for _ in range(2)]
    evidence = Evidence(
        rows=rows,
        since=0,
        rates=RATES,
        policy="accumulating",
        given=[row["label"] for row in rows if row["kind"] == "ticket_taken"],
        calls=[Called(row["counter"], row["label"], float(row["version"])) for row in calls],
        screens=screens,
    )
    return replace(evidence, **given)


def a_morning() -> Journal:
    """Four visitors, two counters, one of priority who overtakes by right, one no-show."""
    journal = Journal()
    journal.taken("A001")
    journal.taken("A002")
    journal.taken("A003", "priority")
    journal.called("A001", 1)
    journal.taken("B001")
    for _ in range(6):
        journal.rows.append(_opened(len(journal.rows) + 1))
    journal.called("A003", 2)
    journal.served("A001", 1)
    journal.called("A002", 1)
    journal.called("B001", 3, "B")
    journal.served("A003", 2)
    journal.served("A002", 1)
    journal.row("ticket_no_show", "B001", "called", "no_show", 3)
    return journal


def _opened(version: int) -> Row:
    at = (OPENING + timedelta(minutes=version - 1)).isoformat()
    return {"version": version, "kind": "counter_opened", "at": at, "day": "2026-11-25"}


def nought(findings: Findings) -> set[str]:
    """Return the names of the counts that are not what they are without a fault."""
    found = {
        name
        for name in vars(findings)
        if name not in ("tickets", "calls", "finished", "no_shows", "expired")
        and isinstance(getattr(findings, name), int)
        and getattr(findings, name)
    }
    for screen in findings.screens:
        found |= {name for name in vars(screen) if getattr(screen, name)}
    return found


def test_a_faultless_morning_passes() -> None:
    findings = check(of(a_morning().rows))
    assert findings.faults == []
    assert nought(findings) == set()
    assert (findings.tickets, findings.calls, findings.finished) == (4, 4, 3)
    assert (findings.no_shows, findings.expired) == (1, 0)
    assert len(findings.latencies) == 8
    assert findings.latencies[0] == pytest.approx(50)


Doctor = Callable[[list[Row]], Evidence]


def a_row_lost(rows: list[Row]) -> Evidence:
    """One row of the journal is not there."""
    return of([row for row in rows if row["version"] != 7])


def a_row_twice(rows: list[Row]) -> Evidence:
    """One row of the journal is there twice."""
    return of([*rows[:7], rows[6], *rows[7:]])


def a_number_twice(rows: list[Row]) -> Evidence:
    """The second visitor is given the first one's number, once it is free."""
    rows.append(deepcopy(rows[0]) | {"version": len(rows) + 1})
    rows.append(
        deepcopy(rows[0])
        | {
            "version": len(rows) + 1,
            "kind": "ticket_expired",
            "from": "waiting",
            "to": "expired",
        }
    )
    return of(rows)


def a_number_twice_at_the_kiosk(rows: list[Row]) -> Evidence:
    """The kiosk hands one number to two visitors."""
    return of(rows, given=["A001", "A001", "A002", "A003", "B001"])


def a_number_skipped(rows: list[Row]) -> Evidence:
    """A003 becomes A005."""
    return of([_renamed(row, "A003", "A005") for row in rows])


def a_ticket_lost(rows: list[Row]) -> Evidence:
    """The kiosk was given a number the journal does not know."""
    return of(rows, given=["A001", "A002", "A003", "A004", "B001"])


def a_ticket_left(rows: list[Row]) -> Evidence:
    """The last ticket never ends."""
    return of(rows[:-1])


def a_call_lost(rows: list[Row]) -> Evidence:
    """A clerk was told of a call the journal does not know."""
    evidence = of(rows)
    return replace(evidence, calls=[*evidence.calls, Called(1, "A009", 3.0)])


def a_call_no_clerk_asked_for(rows: list[Row]) -> Evidence:
    """A retried request called a second visitor."""
    evidence = of(rows)
    calls = [call for call in evidence.calls if call.label != "A002"]
    return replace(evidence, calls=calls)


def two_counters(rows: list[Row]) -> Evidence:
    """A001 is called to a second counter while it is at the first."""
    again = deepcopy(rows[3]) | {"counter": 2, "version": 5}
    return of([*rows[:4], again, *[row | {"version": row["version"] + 1} for row in rows[4:]]])


def a_counter_with_two(rows: list[Row]) -> Evidence:
    """Counter 1 calls A003 while it has A001."""
    return of([row | {"counter": 1} if row["label"] == "A003" else row for row in _filled(rows)])


def a_move_that_is_none(rows: list[Row]) -> Evidence:
    """A ticket is finished that was never started."""
    rows = [row for row in rows if row["kind"] != "ticket_started" or row["label"] != "A002"]
    return of([row | {"version": n} for n, row in enumerate(rows, start=1)])


def out_of_turn(rows: list[Row]) -> Evidence:
    """A002 is called where it was A001's turn."""
    swapped = {"A001": "A002", "A002": "A001"}
    return of(
        [
            row
            if row["kind"] == "ticket_taken"
            else _renamed(row, row.get("label", ""), swapped.get(row.get("label", ""), ""))
            if row.get("label") in swapped
            else row
            for row in rows
        ]
    )


def not_served_there(rows: list[Row]) -> Evidence:
    """Counter 3 calls B001 though it serves only A."""
    return of([row | {"services": ["A"]} if _is_call(row, "B001") else row for row in rows])


def answered_otherwise(rows: list[Row]) -> Evidence:
    """A request sent again was answered otherwise."""
    return of(rows, answered_otherwise=1)


def _screened(rows: list[Row], change: Callable[[Hearing], None]) -> Evidence:
    evidence = of(rows)
    change(evidence.screens[1])
    return evidence


def _call_of(hearing: Hearing, label: str) -> int:
    return next(n for n, heard in enumerate(hearing.shown) if _is_call(heard.change, label))


def missed_at_a_screen(rows: list[Row]) -> Evidence:
    """One screen never showed a call."""

    def change(hearing: Hearing) -> None:
        del hearing.shown[_call_of(hearing, "A002")]

    return _screened(rows, change)


def twice_at_a_screen(rows: list[Row]) -> Evidence:
    """One screen showed a call twice."""
    return _screened(
        rows,
        lambda hearing: hearing.shown.append(hearing.shown[_call_of(hearing, "B001")]),
    )


def sent_twice_to_a_screen(rows: list[Row]) -> Evidence:
    """One screen was sent a call twice."""
    return _screened(rows, lambda hearing: hearing.doubled.append(4))


def late_at_a_screen(rows: list[Row]) -> Evidence:
    """One screen showed a call after more than a second."""

    def change(hearing: Hearing) -> None:
        place = _call_of(hearing, "A002")
        heard = hearing.shown[place]
        hearing.shown[place] = replace(heard, at=heard.at + 1)

    return _screened(rows, change)


def unordered_at_a_screen(rows: list[Row]) -> Evidence:
    """One screen showed two calls the wrong way round."""

    def change(hearing: Hearing) -> None:
        one, other = _call_of(hearing, "A001"), _call_of(hearing, "A003")
        hearing.shown[one], hearing.shown[other] = (
            hearing.shown[other],
            hearing.shown[one],
        )

    return _screened(rows, change)


def wrong_at_a_screen(rows: list[Row]) -> Evidence:
    """One screen showed a call at another counter."""

    def change(hearing: Hearing) -> None:
        place = _call_of(hearing, "A002")
        heard = hearing.shown[place]
        hearing.shown[place] = replace(heard, change=heard.change | {"counter": 9})

    return _screened(rows, change)


def a_place_lost(rows: list[Row]) -> Evidence:
    """A002 falls back from 1 to 3 while only one of priority may pass it."""
    return of(rows, polls=[Polled("A002", 5, 1), Polled("A002", 7, 3)])


def _filled(rows: list[Row]) -> list[Row]:
    return [{"label": "", **row} for row in rows if row["kind"] != "counter_opened"]


def _is_call(row: Row, label: str) -> bool:
    return bool(row["kind"] == "ticket_called" and row["label"] == label)


def _renamed(row: Row, label: str, new: str) -> Row:
    return row | {"label": new} if row.get("label") == label else row


@pytest.mark.parametrize(
    ("doctor", "count"),
    [
        (a_row_lost, "journal_gaps"),
        (a_row_twice, "journal_gaps"),
        (a_number_twice, "numbers_duplicated"),
        (a_number_twice_at_the_kiosk, "numbers_duplicated"),
        (a_number_skipped, "numbers_skipped"),
        (a_ticket_lost, "tickets_lost"),
        (a_ticket_left, "tickets_unended"),
        (a_call_lost, "calls_lost"),
        (a_call_no_clerk_asked_for, "calls_unanswered"),
        (two_counters, "moves_broken"),
        (a_counter_with_two, "moves_broken"),
        (a_move_that_is_none, "moves_broken"),
        (out_of_turn, "calls_out_of_order"),
        (not_served_there, "calls_out_of_order"),
        (answered_otherwise, "answered_otherwise"),
        (missed_at_a_screen, "missed"),
        (twice_at_a_screen, "doubled"),
        (sent_twice_to_a_screen, "doubled"),
        (late_at_a_screen, "late"),
        (unordered_at_a_screen, "unordered"),
        (wrong_at_a_screen, "wrong"),
        (a_place_lost, "positions_risen_unexplained"),
    ],
    ids=lambda each: getattr(each, "__name__", each),
)
def test_a_fault_put_into_a_morning_is_found(doctor: Doctor, count: str) -> None:
    findings = check(doctor(deepcopy(a_morning().rows)))
    assert count in nought(findings)
    assert findings.faults or count == "late"


def test_a_call_out_of_order_with_its_reason_is_counted_and_no_fault() -> None:
    journal = Journal()
    journal.taken("A001")
    journal.taken("A002")
    journal.called("A002", 1, out_of_order=True)
    journal.served("A002", 1)
    journal.called("A001", 1)
    journal.served("A001", 1)
    findings = check(of(journal.rows))
    assert (findings.faults, findings.calls_out_of_order_logged) == ([], 1)


def test_a_place_that_falls_by_one_of_priority_is_explained() -> None:
    evidence = of(a_morning().rows, polls=[Polled("A002", 4, 1), Polled("A002", 7, 2)])
    findings = check(evidence)
    assert (findings.positions_risen, findings.positions_risen_unexplained) == (1, 0)


def test_a_place_that_falls_by_one_who_comes_back_is_explained() -> None:
    journal = Journal()
    journal.taken("A001")
    journal.taken("A002")
    journal.called("A001", 1)
    journal.row("ticket_put_back", "A001", "called", "waiting", 1)
    journal.called("A001", 1)
    journal.served("A001", 1)
    journal.called("A002", 1)
    journal.served("A002", 1)
    polls = [Polled("A002", 3, 1), Polled("A002", 4, 2), Polled("A002", 5, 1)]
    findings = check(of(journal.rows, polls=polls))
    assert (findings.positions_risen, findings.faults) == (1, [])


def test_a_transfer_to_a_counter_waits_for_that_counter_alone() -> None:
    journal = Journal()
    journal.taken("A001")
    journal.taken("A002")
    journal.called("A001", 1)
    journal.row("ticket_started", "A001", "called", "serving", 1)
    journal.row(
        "ticket_transferred",
        "A001",
        "serving",
        "waiting",
        1,
        from_service="A",
        to_counter=5,
    )
    journal.called("A002", 2)
    journal.served("A002", 2)
    journal.called("A001", 5, "Z")
    journal.served("A001", 5)
    assert check(of(journal.rows)).faults == []


def test_what_is_said_of_a_ticket_that_stays_where_it_is_is_no_broken_move() -> None:
    journal = Journal()
    journal.taken("A001")
    journal.taken("A002")
    for kind in ("ticket_stepped_back", "priority_changed"):
        journal.row(kind, "A002", "waiting", "waiting", None)
    journal.called("A001", 1)
    journal.row("ticket_recalled", "A001", "called", "called", 1, recalls=1)
    journal.served("A001", 1)
    change = {"service": "B", "from_service": "A", "outcome": "transferred"}
    journal.row("ticket_transferred", "A002", "waiting", "waiting", None, **change)
    journal.called("A002", 1, "AB")
    assert check(of(journal.rows)).moves_broken == 0
    journal.row("ticket_stepped_back", "A002", "called", "called", 1)
    assert check(of(journal.rows)).moves_broken == 1


def test_ranges_of_one_letter_are_no_gap() -> None:
    journal = Journal()
    for label, service in (("M001", "P"), ("M801", "Q"), ("M002", "P"), ("M802", "Q")):
        journal.taken(label, service=service)
        journal.called(label, 1, service)
        journal.served(label, 1)
    assert check(of(journal.rows)).faults == []


def test_what_happened_before_the_replay_is_not_held_against_it() -> None:
    journal = a_morning()
    begin = len(journal.rows)
    journal.taken("A004")
    journal.called("A004", 1)
    journal.served("A004", 1)
    rows = [row | {"services": ["Z"]} if _is_call(row, "A001") else row for row in journal.rows]
    findings = check(
        of(
            rows,
            since=begin,
            given=["A004"],
            calls=[Called(1, "A004", float(begin + 2))],
        )
    )
    assert (findings.faults, findings.tickets, findings.calls) == ([], 1, 1)


def test_tickets_of_others_are_counted_and_no_fault() -> None:
    evidence = of(a_morning().rows, given=["A001", "A002", "A003"])
    evidence = replace(evidence, calls=[call for call in evidence.calls if call.counter != 3])
    findings = check(evidence)
    assert (findings.faults, findings.by_others) == ([], 2)


def test_two_of_priority_then_one_ordinary_is_the_ratio_policys_order() -> None:
    journal = Journal()
    journal.taken("A001")
    for number in (2, 3, 4):
        journal.taken(f"A00{number}", "priority")
    for label in ("A002", "A003", "A001", "A004"):
        journal.called(label, 1)
        journal.served(label, 1)
    assert check(of(journal.rows, policy="ratio")).faults == []
    assert check(of(journal.rows, policy="first_come")).calls_out_of_order > 0
