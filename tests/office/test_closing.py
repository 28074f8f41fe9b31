"""The end of a day and the beginning of the next, at the office's own midnight."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from office import aside, calling, desks, figures, serving
from office.journal import JournalRow
from office.place import Counter, Office
from office.tickets import Step, Ticket, ticket_labelled
from storage.work import Work
from tests.houses import Staffed
from tests.office.observing import (
    board_of,
    changes,
    everything,
    kinds,
    last_change,
    refused,
    set_service,
    ticket,
    version,
    waiting,
)

#: The moment at which 26 November 2026 begins, by zone.
MIDNIGHTS = [
    ("Asia/Makassar", datetime(2026, 11, 25, 16, 0, tzinfo=UTC)),
    ("Asia/Jakarta", datetime(2026, 11, 25, 17, 0, tzinfo=UTC)),
]
TODAY, TOMORROW = date(2026, 11, 25), date(2026, 11, 26)


def begin_day(staffed: Staffed) -> None:
    """Take the turn and do nothing else."""
    staffed.in_turn(lambda _work, _office: None)


def report(staffed: Staffed, day: date) -> dict[str, Any]:
    """Return the figures of one day."""
    found: dict[str, Any] = staffed.read(
        lambda work, office: figures.waiting_report(work, office, day, day)
    )
    return found


def visit_of(staffed: Staffed, day: date, label: str) -> tuple[str, str | None]:
    """Return the status of a day's ticket and the outcome of its last step."""

    def look(work: Work, office: Office) -> tuple[str, str | None]:
        found = ticket_labelled(work, office.id, day, label)
        step = work.session.scalars(
            select(Step).where(Step.ticket_id == found.id).order_by(Step.position.desc()).limit(1)
        ).one()
        return found.status, step.outcome

    told: tuple[str, str | None] = staffed.read(look)
    return told


# Midnight


@pytest.mark.parametrize(("zone", "midnight"), MIDNIGHTS)
def test_numbers_restart_at_the_offices_own_midnight(
    staffed: Staffed, zone: str, midnight: datetime
) -> None:
    staffed.change(timezone=zone)
    assert staffed.take() == "A001"
    staffed.clock.moment = midnight - timedelta(microseconds=1)
    assert staffed.take() == "A002"
    assert ticket(staffed, "A002").day == TODAY
    staffed.clock.moment = midnight
    assert staffed.take() == "A001"
    assert ticket(staffed, "A001").day == TOMORROW


def test_a_request_that_waited_past_midnight_for_its_turn_belongs_to_the_new_day(
    staffed: Staffed,
) -> None:
    _zone, midnight = MIDNIGHTS[0]
    staffed.take()
    staffed.clock.moment = midnight
    assert staffed.take() == "A001"
    staffed.clock.moment = midnight - timedelta(milliseconds=5)
    assert staffed.take() == "A002"
    assert ticket(staffed, "A002").day == TOMORROW
    assert staffed.at(1, calling.call_ticket, "A002", None) == "A002"
    assert last_change(staffed)["day"] == TOMORROW.isoformat()
    assert [each["label"] for each in board_of(staffed)["recent"]] == ["A002"]


def test_a_clock_set_back_neither_closes_the_day_nor_repeats_a_number(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.moment = datetime(1970, 1, 1, tzinfo=UTC)
    assert staffed.take() == "A002"
    assert kinds(staffed) == ["ticket_taken", "ticket_taken"]
    assert waiting(staffed) == {"A": 2}


# What is left open


def test_what_is_left_open_expires_with_where_it_was(staffed: Staffed) -> None:
    for _ in range(4):
        staffed.take()
    staffed.take("K")
    staffed.next(1)
    staffed.next(2)
    staffed.at(2, serving.start)
    staffed.at(1, aside.hold, "A003")
    staffed.serve(5)
    assert staffed.close_day() == 4
    outcomes = [visit_of(staffed, TODAY, f"A00{each}") for each in (1, 2, 3, 4)]
    assert outcomes == [
        ("expired", "left_called"),
        ("expired", "left_serving"),
        ("expired", "held"),
        ("expired", "left_waiting"),
    ]
    assert staffed.status("K001") == "done"
    rows = changes(staffed)[-5:]
    assert [
        (each["label"], each["from"], each["counter"], each["outcome"]) for each in rows[:4]
    ] == [
        ("A001", "called", 1, "left_called"),
        ("A002", "serving", 2, "left_serving"),
        ("A003", "held", None, "left_held"),
        ("A004", "waiting", None, "left_waiting"),
    ]
    assert {each["to"] for each in rows[:4]} == {"expired"}
    assert (rows[4]["kind"], rows[4]["closed_day"], rows[4]["expired"]) == (
        "day_closed",
        "2026-11-25",
        4,
    )


def test_who_is_called_or_waits_at_the_days_end_is_gone_tomorrow(staffed: Staffed) -> None:
    staffed.take()
    staffed.serve(1)
    staffed.clock.moment = datetime(2026, 11, 25, 15, 20, tzinfo=UTC)
    staffed.take()
    staffed.take()
    staffed.clock.advance(minutes=8)
    assert staffed.next(1) == "A002"
    staffed.clock.moment = datetime(2026, 11, 26, 0, 30, tzinfo=UTC)
    with pytest.raises(Exception, match="counter_idle"):
        staffed.at(1, serving.start)
    begin_day(staffed)
    assert visit_of(staffed, TODAY, "A002") == ("expired", "left_called")
    assert visit_of(staffed, TODAY, "A003") == ("expired", "left_waiting")
    shown = board_of(staffed)
    assert (shown["serving"], shown["recent"], shown["missed"]) == ([], [], [])
    assert set(shown["waiting"].values()) == {0}
    with refused(staffed, "line_empty"):
        staffed.next(1)
    with refused(staffed, "ticket_unknown"):
        staffed.at(1, calling.call_ticket, "A003", "in_pain")


def test_who_expired_is_in_no_average(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=10)
    staffed.serve(1)
    alone = report(staffed, TODAY)
    staffed.take()
    staffed.take()
    staffed.clock.advance(hours=5)
    staffed.next(1)
    staffed.clock.advance(days=1)
    begin_day(staffed)
    both = report(staffed, TODAY)
    assert (both["tickets"], both["expired"], both["finished"]) == (3, 2, 1)
    assert both["wait"] == alone["wait"]
    assert both["service"] == alone["service"]
    assert both["wait"]["mean_s"] == 600
    assert report(staffed, TOMORROW)["tickets"] == 0


def test_a_new_day_finds_every_counter_closed(staffed: Staffed) -> None:
    staffed.take()
    staffed.next(1)
    staffed.at(2, desks.open_counter)
    staffed.clock.advance(days=1)
    begin_day(staffed)
    assert not any(each["open"] for each in board_of(staffed)["counters"])
    assert [(each["kind"], each["counter"]) for each in changes(staffed)[-2:]] == [
        ("counter_closed", 1),
        ("counter_closed", 2),
    ]

    def signed_on(work: Work, office: Office) -> list[Counter]:
        return list(
            work.session.scalars(
                select(Counter).where(
                    Counter.office_id == office.id, Counter.account_id.is_not(None)
                )
            )
        )

    assert staffed.read(signed_on) == []


def test_the_new_days_rows_tell_that_nobody_did_it(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(days=1)
    begin_day(staffed)
    actors = staffed.read(
        lambda work, office: list(
            work.session.scalars(
                select(JournalRow.actor)
                .where(JournalRow.office_id == office.id)
                .order_by(JournalRow.version)
            )
        )
    )
    assert actors == [staffed.actors["kiosk"].key, "clock", "clock"]


def test_a_day_begins_once(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(days=1)
    begin_day(staffed)
    before = everything(staffed)
    begin_day(staffed)
    staffed.clock.advance(hours=3)
    begin_day(staffed)
    assert everything(staffed) == before


def test_offices_close_their_days_apart(
    staffed: Staffed, make_staffed: Callable[[], Staffed]
) -> None:
    other: Staffed = make_staffed()
    staffed.take()
    other.take()
    staffed.clock.advance(days=1)
    begin_day(staffed)
    assert (staffed.status("A001"), other.status("A001")) == ("expired", "waiting")
    staffed.close_day()
    assert other.status("A001") == "waiting"


def test_after_the_day_was_closed_by_hand_its_numbers_go_on(staffed: Staffed) -> None:
    staffed.take()
    assert staffed.close_day() == 1
    assert staffed.close_day() == 0
    assert staffed.take() == "A002"
    assert waiting(staffed) == {"A": 1}


# Idle days


def test_after_two_idle_midnights_everything_works_at_once(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(days=2)
    set_service(staffed, "A", names={"id": "Rekam KTP-el", "en": "ID card"})
    assert staffed.take() == "A001"
    assert staffed.next(1) == "A001"
    shown = board_of(staffed)
    names = {each["code"]: each["names"] for each in shown["services"]}
    assert names["A"] == {"id": "Rekam KTP-el", "en": "ID card"}
    assert [each["label"] for each in shown["serving"]] == ["A001"]
    assert [each["label"] for each in shown["recent"]] == ["A001"]
    assert kinds(staffed).count("ticket_expired") == kinds(staffed).count("day_closed") == 1
    assert ticket(staffed, "A001").day == date(2026, 11, 27)


# Emptied


def test_an_office_whose_tickets_were_all_deleted_goes_on(staffed: Staffed) -> None:
    for _ in range(3):
        staffed.take()
    staffed.serve(1)

    def empty(work: Work, office: Office) -> None:
        for table in (JournalRow, Step, Ticket):
            work.session.execute(delete(table).where(table.office_id == office.id))

    staffed.in_turn(empty)
    after = version(staffed)
    assert set(report(staffed, TODAY)["wait"].values()) == {0, None}
    assert report(staffed, TODAY)["tickets"] == 0
    assert set(board_of(staffed)["waiting"].values()) == {0}
    assert staffed.take() == "A001"
    assert staffed.next(1) == "A001"
    staffed.at(1, serving.finish)
    counted = report(staffed, TODAY)
    assert (counted["tickets"], counted["finished"], counted["wait"]["count"]) == (1, 1, 1)
    assert [each["version"] for each in changes(staffed)] == [after + n for n in (1, 2, 3, 4)]
