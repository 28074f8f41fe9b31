"""Summaries of days: equal to a count over the journal, gathered, rebuilt and checked."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from office import calling, desks, figures, serving, summaries, undoing
from office.figures import quantile
from office.place import Office
from office.summaries import DAY, MONTH, YEAR, Summary
from office.summaries_day import count_day
from office.summaries_tally import ERROR_S, ERROR_SHARE, Tally
from office.tickets import Step
from storage.work import Work
from tests.houses import Staffed
from tests.office.counting import busy_days, counted

TODAY = date(2026, 11, 25)
LONG_AGO, FAR_AHEAD = date(2000, 1, 1), date(2100, 1, 1)


def kept(staffed: Staffed, first: date = TODAY, last: date = TODAY, service: str = "") -> Tally:
    """Return the tally of some closed days, from their summaries."""

    def look(work: Work, office: Office) -> Tally:
        tally = Tally()
        summaries.add_past(work, office, first, last, service, tally)
        return tally

    found: Tally = staffed.read(look)
    return found


def spans(staffed: Staffed) -> set[tuple[str, date]]:
    """Return the spans that have a summary."""

    def look(work: Work, office: Office) -> set[tuple[str, date]]:
        rows = work.session.execute(
            select(Summary.span, Summary.first).where(Summary.office_id == office.id)
        )
        return {(span, first) for span, first in rows}

    found: set[tuple[str, date]] = staffed.read(look)
    return found


def wrong(staffed: Staffed) -> list[str]:
    """Return what `check` would say."""
    found: list[str] = staffed.read(
        lambda work, office: summaries.differences(work, office, LONG_AGO, FAR_AHEAD)
    )
    return found


def on(staffed: Staffed, moment: datetime, waited: float = 10) -> None:
    """Let somebody wait and be served, beginning at a moment."""
    staffed.clock.moment = moment
    staffed.take()
    staffed.clock.advance(minutes=waited)
    staffed.serve()


# Equal to a count over the journal


@pytest.mark.parametrize("seed", range(4))
def test_a_days_summary_is_what_the_journal_tells(staffed: Staffed, seed: int) -> None:
    busy_days(staffed, seed)
    for day in (TODAY, TODAY + timedelta(days=1)):
        told, brute = kept(staffed, day, day), counted(staffed, day)
        assert brute.counts["all", "", "tickets"] > 20
        for (way, key, name), count in brute.counts.items():
            assert told.cell(way, key)[name] == count, (way, key, name)
        names = {name for _, _, name in brute.counts}
        for way, cells in told.cells.items():
            for key, cell in cells.items():
                for name in names & cell.counts.keys():
                    if way != "clerk" and not (name in _ONLY_ALL and way != "all"):
                        assert cell[name] == brute.counts[way, key, name], (way, key, name)
        for (way, key, name), values in brute.times.items():
            spread = told.cell(way, key).spread(name)
            assert (spread.count, spread.total) == (len(values), sum(values)), (way, key, name)
            for share in (0.5, 0.9):
                exact, about = quantile(values, share), spread.quantile(share)
                assert exact is not None and about is not None
                assert abs(exact - about) <= max(ERROR_S, ERROR_SHARE * exact) + 0.5
    assert wrong(staffed) == []


#: What the count over the journal counts of everybody only.
_ONLY_ALL = {
    "recalls",
    "put_back",
    "transfers",
    *(f"left_{each}" for each in ("waiting", "called", "serving", "held")),
}


def test_the_open_day_is_told_as_its_summary_tells_it_later(staffed: Staffed) -> None:
    busy_days(staffed, 9, days=1)
    staffed.clock.advance(days=-1)
    day_before = staffed.read(lambda work, office: count_day(work, office, TODAY))
    assert day_before[""].packed()["cells"] == kept(staffed).packed()["cells"]


# Periods


def test_months_and_years_are_gathered_when_they_are_over(staffed: Staffed) -> None:
    for moment in (
        datetime(2026, 11, 30, 2, tzinfo=UTC),
        datetime(2026, 12, 31, 2, tzinfo=UTC),
        datetime(2027, 1, 4, 2, tzinfo=UTC),
    ):
        on(staffed, moment)
    assert spans(staffed) == {
        (DAY, date(2026, 11, 30)),
        (DAY, date(2026, 12, 31)),
        (MONTH, date(2026, 11, 1)),
        (MONTH, date(2026, 12, 1)),
        (YEAR, date(2026, 1, 1)),
    }
    assert wrong(staffed) == []


def test_no_period_counts_a_day_twice_or_not_at_all(staffed: Staffed) -> None:
    days = [date(2026, 11, 26), date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 1)]
    days += [date(2027, 2, 28), date(2027, 3, 1), date(2028, 2, 29), date(2028, 3, 1)]
    for day in days:
        on(staffed, datetime(day.year, day.month, day.day, 2, tzinfo=UTC))
    edges = [*days, date(2026, 1, 1), date(2026, 12, 30), date(2027, 12, 31), date(2028, 2, 1)]
    for first in edges:
        for last in edges:
            expected = sum(first <= day <= last for day in days[:-1])
            if first <= last:
                assert kept(staffed, first, last).all["tickets"] == expected, (first, last)


def test_a_period_reaches_to_the_ends_of_the_calendar(staffed: Staffed) -> None:
    on(staffed, datetime(2026, 11, 26, 2, tzinfo=UTC))
    told = staffed.read(
        lambda work, office: figures.waiting_report(work, office, date.min, date.max)
    )
    assert told["tickets"] == 1


# Written, rebuilt, checked


def test_tickets_taken_after_an_early_close_are_in_the_summary_too(staffed: Staffed) -> None:
    staffed.take()
    staffed.close_day()
    assert kept(staffed).all["tickets"] == 1
    staffed.take("K")
    staffed.clock.advance(days=1)
    staffed.in_turn(lambda _work, _office: None)
    assert kept(staffed).all["tickets"] == 2
    assert kept(staffed, service="K").all["expired"] == 1


def test_rebuilding_writes_what_closing_wrote(staffed: Staffed) -> None:
    busy_days(staffed, 5)

    def rows(work: Work, office: Office) -> list[Any]:
        found = work.session.scalars(
            select(Summary)
            .where(Summary.office_id == office.id)
            .order_by(Summary.span, Summary.first, Summary.service)
        )
        return [(row.span, row.first, row.service, row.counted) for row in found]

    before = staffed.read(rows)
    # of the whole store, which other tests share, only that something is lacking can be said
    assert wrong(staffed) == []

    def forget(work: Work, office: Office) -> None:
        work.session.execute(delete(Summary).where(Summary.office_id == office.id))

    staffed.in_turn(forget)
    assert len(wrong(staffed)) > 2
    assert summaries.lacking(staffed.store)
    assert summaries.rebuild(staffed.store, staffed.office_id, LONG_AGO, FAR_AHEAD) == 2
    assert staffed.read(rows) == before
    assert wrong(staffed) == []
    again = summaries.rebuild(
        staffed.store, staffed.office_id, LONG_AGO, FAR_AHEAD, only_missing=True
    )
    assert again == 0


def test_a_change_behind_its_back_is_found(staffed: Staffed) -> None:
    on(staffed, datetime(2026, 11, 26, 2, tzinfo=UTC))
    on(staffed, datetime(2026, 11, 27, 2, tzinfo=UTC))
    assert wrong(staffed) == []

    def spoil(work: Work, office: Office) -> None:
        work.session.execute(
            update(Step)
            .where(Step.office_id == office.id, Step.day == date(2026, 11, 26))
            .values(recalls=7)
        )

    staffed.in_turn(spoil)
    assert wrong(staffed) == ["day 2026-11-26 all: wrong", "day 2026-11-26 A: wrong"]


def test_a_fault_in_counting_does_not_keep_the_office_closed(
    staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    staffed.take()

    def break_down(*_given: object) -> None:
        raise RuntimeError("a fault")

    monkeypatch.setattr(summaries, "count_day", break_down)
    staffed.clock.advance(days=1)
    assert staffed.take() == "A001"
    assert spans(staffed) == set()
    monkeypatch.undo()
    assert summaries.rebuild(staffed.store, staffed.office_id, LONG_AGO, FAR_AHEAD) == 1


# Bad input


def test_a_clock_set_back_gives_no_negative_wait(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=-30)
    staffed.next()
    staffed.clock.advance(minutes=-30)
    staffed.at(1, serving.start)
    staffed.clock.advance(minutes=-30)
    staffed.at(1, serving.finish)
    told = staffed.read(lambda work, office: figures.waiting_report(work, office, TODAY, TODAY))
    assert told["wait"]["count"] == told["service"]["count"] == 0
    assert told["left_out"]["waits"]["clock"] == told["left_out"]["services"]["clock"] == 1
    assert all(value >= 0 for value in told["time"].values())
    assert told["longest"] == []


def test_a_clock_that_stood_in_another_year_makes_no_wait_and_no_hours(staffed: Staffed) -> None:
    staffed.take()
    right = staffed.clock.moment
    staffed.clock.advance(days=-26 * 365)
    staffed.take()
    staffed.at(2, desks.open_counter)
    staffed.clock.moment = right
    staffed.serve(2)
    staffed.serve(2)
    told = staffed.read(lambda work, office: figures.waiting_report(work, office, TODAY, TODAY))
    assert told["left_out"]["waits"]["clock"] == 1
    assert told["wait"]["count"] == 1
    assert all(value < 24 * 3600 for value in told["time"].values())
    assert all(each["waited_s"] < 24 * 3600 for each in told["longest"])


def test_a_service_across_midnight_and_one_under_five_seconds_are_left_out(
    staffed: Staffed,
) -> None:
    staffed.take()
    staffed.next()
    staffed.at(1, serving.start)
    staffed.clock.advance(seconds=4)
    staffed.at(1, serving.finish)
    staffed.take()
    staffed.next()
    staffed.at(1, serving.start)
    staffed.clock.advance(days=1)
    staffed.in_turn(lambda _work, _office: None)
    told = staffed.read(lambda work, office: figures.waiting_report(work, office, TODAY, TODAY))
    assert told["service"]["count"] == 0
    assert told["left_out"]["services"]["short"] == 1
    assert told["left_out"]["services"]["across"] == 1
    assert told["carried_over"] == {"waiting": 0, "called": 0, "serving": 1, "held": 0}


def test_the_first_and_the_last_call_are_both_kept(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=5)
    staffed.next()
    staffed.at(1, calling.put_back)
    staffed.clock.advance(minutes=7)
    staffed.serve()
    told = staffed.read(lambda work, office: figures.waiting_report(work, office, TODAY, TODAY))
    assert told["wait"]["median_s"] == 720
    assert told["wait_first_call"]["median_s"] == 300
    assert told["put_back"] == 1


def test_what_was_undone_is_in_no_figure(staffed: Staffed) -> None:
    staffed.take()
    staffed.clock.advance(minutes=5)
    staffed.next()
    staffed.clock.advance(seconds=30)
    staffed.at(1, undoing.undo)
    staffed.clock.advance(minutes=4)
    staffed.next()
    staffed.clock.advance(minutes=3)
    staffed.at(1, serving.finish)
    staffed.clock.advance(seconds=20)
    staffed.at(1, undoing.undo)
    told = staffed.read(lambda work, office: figures.waiting_report(work, office, TODAY, TODAY))
    assert told["finished"] == 0
    assert told["wait_first_call"]["median_s"] == told["wait"]["median_s"] == 570
    assert told["time"]["called_s"] == 0
