"""Recorded days: every shape is read, and what is not a day is refused with a reason."""

from collections import Counter
from pathlib import Path

import pytest

from app.replay.days import SHIPPED, Day, dates_in, read_day
from app.replay.shapes import NotADay, seconds

CALLS = (
    "date,call_id,priority,service_type,arrive_ivr,leave_ivr,queue_join,queue_leave,"
    "queue_seconds,outcome,service_start,service_end,service_seconds,agent\n"
    "1999-02-03,1,0,PS,8:59:00,9:00:00,0:00:00,0:00:00,0,AGENT,9:00:00,9:02:00,120,A1\n"
    "1999-02-03,2,2,NE,8:59:00,9:00:30,9:00:30,9:01:40,70,AGENT,9:01:40,9:02:40,60,A2\n"
    "1999-02-03,3,0,PS,8:59:00,9:01:00,9:01:00,9:01:30,30,HANG,0:00:00,0:00:00,0,\n"
    "1999-02-03,4,0,PS,8:59:00,9:01:00,0:00:00,0:00:00,0,HANG,0:00:00,0:00:00,0,\n"
)
POLLS = (
    "date,time,office,service,service_minutes,open_counters,waiting,current_ticket\n"
    "2020-01-13,08:00,USC,A: one,10,1,0,\n"
    "2020-01-13,08:05,USC,A: one,10,1,2,A801\n"
    "2020-01-13,08:10,USC,A: one,10,2,1,A803\n"
    "2020-01-13,08:20,USC,A: one,10,2,1,A803\n"
)


@pytest.fixture
def written(tmp_path: Path):  # type: ignore[no-untyped-def]
    def write(text: str, name: str = "day.csv") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_the_shipped_day_holds_all_three_offices() -> None:
    day = read_day(SHIPPED)
    assert (day.date, len(day.visitors)) == ("2020-01-13", 368)
    assert day.offices == ("USC_Andersa", "USC_Klopotowskiego", "USC_Smyczkowa")
    assert day.counters == 9
    assert day.durations == "drawn"
    assert all(visitor.served_for > 0 for visitor in day.visitors)


def test_visitors_come_in_the_order_of_their_arrival() -> None:
    arrivals = [visitor.arrived for visitor in read_day(SHIPPED).visitors]
    assert arrivals == sorted(arrivals)


def test_a_day_is_the_same_each_time_it_is_read() -> None:
    assert read_day(SHIPPED) == read_day(SHIPPED)


def test_one_office_can_be_chosen() -> None:
    day = read_day(SHIPPED, office="USC_Andersa")
    assert (len(day.visitors), day.offices) == (245, ("USC_Andersa",))
    assert "W: Złożenie wniosku oraz odbiór zamówionych odpisów" in day.groups


def test_a_stretch_of_a_day_can_be_chosen() -> None:
    day = read_day(SHIPPED, between=(seconds("10:00"), seconds("11:00")))
    assert all(36000 <= visitor.arrived < 39600 for visitor in day.visitors)
    assert 20 < len(day.visitors) < 100


@pytest.mark.parametrize(
    ("asked", "complaint"),
    [
        ({"office": "USC_Wola"}, "no office 'USC_Wola'; it has USC_Andersa"),
        ({"date": "2020-01-14"}, "no visitors on 2020-01-14; it has 2020-01-13"),
        ({"between": (0.0, 1.0)}, "nobody who arrived"),
    ],
)
def test_what_a_recording_does_not_hold_is_named(asked: dict[str, str], complaint: str) -> None:
    with pytest.raises(NotADay, match=complaint):
        read_day(SHIPPED, **asked)  # type: ignore[arg-type]


def test_a_call_centre_is_read_to_the_second(written) -> None:  # type: ignore[no-untyped-def]
    day: Day = read_day(written(CALLS))
    at_once, waited, hung_up = day.visitors
    assert (at_once.arrived, at_once.waited, at_once.served_for) == (32400, 0, 120)
    assert (waited.waited, waited.served_for, waited.priority) == (70, 60, True)
    assert (hung_up.waited, hung_up.patience) == (None, 30)
    assert (day.counters, day.durations, day.closes) == (
        2,
        "recorded",
        seconds("9:02:40"),
    )


def test_polls_tell_who_came_and_was_called_between_them(written) -> None:  # type: ignore[no-untyped-def]
    day: Day = read_day(written(POLLS))
    told = [(visitor.arrived, visitor.waited) for visitor in day.visitors]
    five = seconds("8:05")
    assert told == [(five, 0), (five, 300), (five, 300), (seconds("8:10"), None)]


def test_a_day_of_ones_own_needs_only_arrivals_and_services(written) -> None:  # type: ignore[no-untyped-def]
    plain = "service,arrived,called,ended\nKTP,8:00,8:10,8:20\nKK,8:05,,\n"
    day: Day = read_day(written(plain))
    assert [(v.group, v.waited, v.served_for > 0) for v in day.visitors] == [
        ("KTP", 600, True),
        ("KK", None, True),
    ]


def test_the_busiest_day_is_taken_unless_one_is_named(written) -> None:  # type: ignore[no-untyped-def]
    path = written(
        "date,service,arrived\n2020-01-01,A,8:00\n2020-01-02,A,8:00\n2020-01-02,A,9:00\n"
    )
    assert read_day(path).date == "2020-01-02"
    assert read_day(path, "2020-01-01").date == "2020-01-01"
    assert dates_in(path) == ["2020-01-01", "2020-01-02"]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "element,n4,n3\nU1,18,11\n",
            r"no arrivals among its columns \(element, n4, n3\)",
        ),
        ("", "no arrivals among its columns \\(none\\)"),
        ("service,arrived\n", "holds nobody"),
        ("service,arrived\nA,noon\n", "'noon' is not a time of day"),
    ],
)
def test_what_is_no_recorded_day_is_refused_with_the_reason(  # type: ignore[no-untyped-def]
    written, text: str, complaint: str
) -> None:
    with pytest.raises(NotADay, match=complaint):
        read_day(written(text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADay, match="cannot be read: No such file"):
        read_day(tmp_path / "none.csv")


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_bytes(bytes(range(256)))
    with pytest.raises(NotADay, match="not a CSV file"):
        read_day(path)


def test_groups_are_told_apart_by_office_when_several_are_put_together() -> None:
    groups: Counter[str] = read_day(SHIPPED).groups
    assert groups["USC_Andersa / M: Złożenie dokumentów i wydawanie zaświadczeń"] == 52
