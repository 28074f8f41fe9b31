"""The contest of wait estimates: exact on toy days, blind to the future, unmoved by bad files."""

import json
from dataclasses import replace
from datetime import timedelta
from math import factorial, isfinite
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app import replay
from benchmarks.waits import simulated
from benchmarks.waits.__main__ import main
from benchmarks.waits.classical import CLASSICAL
from benchmarks.waits.contest import ESTIMATORS, Asked, asked, contest, pinball
from benchmarks.waits.knowledge import Knowledge, turnovers
from benchmarks.waits.moments import Moment, Replay
from benchmarks.waits.recordings import Day, Recording, Visitor, read_file, read_folder
from office.learning import ENOUGH, Learnt, Seen, Standing
from office.policy import Waiting
from office.waits import Desk, forecast, projected
from tests.houses import MORNING

MINUTE = 60.0
NINE = 9 * 3600.0
PLAIN = "date,office,service,arrived,called,ended\n"
TICKETS = "date,office,service,number,arrival_est,called_est,open_counters_at_call\n"
POLLS = "date,time,office,service,current_ticket,waiting,open_counters\n"
FIGURES = {"n", "mae", "bias", "pinball50", "pinball90", "coverage90"}


def came(number: int, at: float, called: float | None = None, counters: int = 2) -> Visitor:
    """Return a visitor of service A, in minutes after nine."""
    return Visitor(
        number,
        "A",
        NINE + at * MINUTE,
        None if called is None else NINE + called * MINUTE,
        counters=counters,
    )


#: Two counters; the fifth visitor came when two were in line and is called 19 minutes later.
TOY = (came(1, 0, 0), came(2, 1, 3), came(3, 4, 12), came(4, 6, 14), came(5, 11, 30))


def polled(*days: tuple[Visitor, ...]) -> Recording:
    """Return a recording that does not tell service times."""
    return Recording(
        "toy",
        tuple(Day(f"2026-01-{number:02d}", day) for number, day in enumerate(days, 1)),
        timed=False,
        resolution=0.0,
    )


def of_visitor(recording: Recording, number: int) -> list[Asked]:
    """Return what was told to one visitor of the last day."""
    last = recording.days[-1].date
    return [
        each
        for each in asked(recording)
        if each.moment.visitor.number == number and each.moment.date == last
    ]


def moment_of(number: int, minute: float) -> Moment:
    """Return what was known of a visitor of the toy day."""
    recording = polled(TOY)
    return Replay(recording, recording.days[0]).moment(TOY[number - 1], NINE + minute * MINUTE)


@pytest.mark.parametrize(
    ("estimator", "on_coming", "five_later"),
    [
        ("people_mean_counters", 10.0, 0.0),
        ("people_mean", 20.0, 0.0),
        ("last_ten_mean", 1.0, 0.0),
        ("head_of_line", 7.0, 0.0),
        ("last_to_enter", 2.0, 3.0),
        ("constant", 10.0, 10.0),
    ],
)
def test_each_classical_estimate_of_a_toy_day(
    estimator: str, on_coming: float, five_later: float
) -> None:
    # with nothing learnt a service takes ten minutes; two called by 9:11 had waited 0 and 2
    # minutes, the third and fourth 8 each by 9:16
    estimate, knowledge = CLASSICAL[estimator], Knowledge()
    assert estimate(moment_of(5, 11), knowledge) == on_coming * MINUTE
    assert estimate(moment_of(5, 16), knowledge) == five_later * MINUTE


def test_everybody_is_asked_about_on_coming_and_every_five_minutes_until_called() -> None:
    found = of_visitor(polled(TOY), 5)
    assert [each.moment.waited / MINUTE for each in found] == [0, 5, 10, 15]
    assert [each.moment.answer / MINUTE for each in found] == [19, 14, 9, 4]


def test_at_a_poll_those_before_are_seen_called_and_those_behind_are_not_seen() -> None:
    same = (came(1, 0, 5), came(2, 0, 5), came(3, 5, 5), came(4, 5, 9))
    recording = polled(same)
    known = Replay(recording, recording.days[0]).moment(same[2], NINE + 5 * MINUTE)
    assert known.line == (same[2],)
    assert known.waits == (300.0, 300.0)


def test_turnover_counts_only_time_with_somebody_waiting() -> None:
    taken = [(service, time / MINUTE) for _, service, time in turnovers(Day("d", TOY))]
    # called after waits: 2 min since coming, 8, 2 since the call before, 16: each for two counters
    assert taken == [("A", 4.0), ("A", 16.0), ("A", 4.0), ("A", 32.0)]


def test_pinball_is_least_at_the_quantile() -> None:
    values = list(range(1, 101))
    told = min(values, key=lambda each: sum(pinball(each, value, 0.9) for value in values))
    assert told in (90, 91)


def test_no_estimate_looks_ahead() -> None:
    days = simulated.recording(simulated.OFFICES[2], 3, seed=1)
    last = days.days[-1]
    until = 11 * 3600.0
    changed = Day(
        last.date,
        tuple(
            replace(
                each,
                called=each.called + 500
                if each.called is not None and each.called > until
                else each.called,
                ended=each.ended + 900
                if each.ended is not None and each.ended > until
                else each.ended,
            )
            for each in last.visitors
            if each.arrived <= until or each.number % 3
        ),
        shifts=last.shifts,
    )

    def told(recording: Recording) -> dict[tuple[int, float], object]:
        return {
            (each.moment.visitor.number, each.moment.at): each.told
            for each in asked(recording)
            if each.moment.date == last.date and each.moment.at <= until
        }

    before = told(days)
    after = told(replace(days, days=(*days.days[:-1], changed)))
    assert len(before) > 100
    assert before == after


def test_later_days_change_nothing_of_earlier_ones() -> None:
    days = simulated.recording(simulated.OFFICES[0], 4, seed=2)
    short = replace(days, days=days.days[:2])
    whole = [each.told for each in asked(days)]
    assert whole[: len(list(asked(short)))] == [each.told for each in asked(short)]


def test_the_contest_prints_every_figure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "hall.csv").write_text(
        PLAIN
        + "2026-01-05,X,A,09:00,09:00,09:10\n2026-01-05,X,A,09:02,09:10,09:15\n"
        + "2026-01-05,Y,A,09:00,,\n"
    )
    (tmp_path / "other.csv").write_text("element,n4\nU1,18\n")
    (tmp_path / "bytes.bin").write_bytes(b"\xff\xfe\x00")
    assert main([str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told["datasets"]) == {"hall/X", "hall/Y"}
    for figures in told["datasets"].values():
        assert set(figures) == set(ESTIMATORS)
        assert all(set(each) == FIGURES for each in figures.values())
    assert told["datasets"]["hall/X"]["line"]["n"] == 3
    assert told["datasets"]["hall/Y"]["line"] == {"n": 0, **dict.fromkeys(FIGURES - {"n"})}
    assert set(told["skipped"]) == {"other.csv", "bytes.bin"}
    assert main([str(tmp_path)]) == 0
    assert "nobody was called" in capsys.readouterr().out


def test_without_a_folder_the_recorded_day_and_made_up_offices_compete(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--days", "1", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["datasets"]
    assert {"warsaw_usc_2020-01-13/USC_Andersa", "simulated/no-shows"} <= told.keys()
    assert len(told) == 3 + len(simulated.OFFICES)


def test_unseen_days_in_several_files_compete_each_by_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shipped = Path(replay.__file__).parent / "days" / "warsaw_usc_2020-01-13.csv"
    lines = shipped.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "one.csv").write_text("".join(lines[:80]), encoding="utf-8")
    odd = [lines[1].replace("08:", "8h"), "\n", ",,,,,\n", lines[2].rstrip() + ",more,cells\n"]
    (tmp_path / "odd.csv").write_text("".join([lines[0], *odd, *lines[80:120]]), encoding="utf-8")
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "head.csv").write_text(lines[0])
    assert main([str(tmp_path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {name.partition("/")[0] for name in told["datasets"]} == {"one", "odd"}
    assert set(told["skipped"]) == {"empty.csv", "head.csv"}


def test_a_folder_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none")]) == 2
    assert "not a folder" in capsys.readouterr().err


def test_bad_rows_are_left_out_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text(
        TICKETS
        + "2026-01-05,X,A,1,09:00,09:05,1\n"
        + "2026-01-05,X,A,2,10:00,09:30,1\n"
        + "2026-01-05,X,A,3,later,09:30,1\n"
        + "2026-01-05,X,A,4\n"
        + "2026-01-05,X,A,5,23:55,00:10,1\n"
    )
    (recording,) = read_file(path)
    assert [each.called and each.called - each.arrived for each in recording.days[0].visitors] == [
        300.0,
        900.0,
    ]
    assert recording.dropped == 3


def test_optional_columns_may_be_missing(tmp_path: Path) -> None:
    path = tmp_path / "days.csv"
    path.write_text("date,office,service,number,arrival_est,called_est\n1,X,A,1,9:00,9:05\n")
    (recording,) = read_file(path)
    assert contest(recording).all["line"]["n"] == 1


def test_polls_tell_the_counters_open_then(tmp_path: Path) -> None:
    path = tmp_path / "polls.csv"
    path.write_text(
        POLLS
        + "1,09:00,X,A,,2,3\n1,09:05,X,A,A001,1,1\n1,09:10,X,A,A001,1,0\n1,09:20,X,A,A002,0,2\n"
    )
    (recording,) = read_file(path)
    found = {
        (each.moment.visitor.number, each.moment.waited): each.moment.open
        for each in asked(recording)
    }
    assert found == {(1, 0.0): 3, (2, 0.0): 3, (2, 300.0): 1, (2, 600.0): 0, (2, 900.0): 0}
    result = contest(recording)
    assert result.served["line"]["n"] == 3
    assert recording.resolution == 300.0


cells = st.sampled_from(
    ["", "A", "9:00", "09:05", "23:59", "0:01", "-1", "nan", "1e9", "2026-01-05"]
)


@settings(max_examples=60, deadline=None)
@given(header=st.sampled_from([PLAIN, TICKETS, POLLS]), rows=st.lists(st.lists(cells, max_size=8)))
def test_no_file_makes_the_contest_fail(
    tmp_path_factory: pytest.TempPathFactory, header: str, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("files")
    (folder / "any.csv").write_text(header + "\n".join(",".join(row) for row in rows))
    recordings, skipped = read_folder(folder)
    assert recordings or skipped
    for recording in recordings:
        for figures in contest(recording).all.values():
            assert all(each is None or isfinite(each) for each in figures.values())


def test_the_forecast_wins_where_counters_differ() -> None:
    figures = contest(simulated.recording(simulated.OFFICES[2], 6, seed=3)).all
    own = figures["line"]["mae"] or 0.0
    assert all(own < 0.85 * (figures[each]["mae"] or 0.0) for each in CLASSICAL)
    assert 0.85 <= (figures["line"]["coverage90"] or 0.0) <= 0.97


@pytest.mark.parametrize(("counters", "load"), [(1, 0.6), (3, 0.8), (8, 0.9)])
def test_over_all_states_of_a_queue_the_simulation_agrees_with_erlang(
    counters: int, load: float
) -> None:
    # M/M/c: Erlang C tells the mean wait; the states' probabilities times what is expected in each
    # must come to the same
    pace, offered = 300.0, load * counters
    weights = [offered**n / factorial(n) for n in range(counters)]
    top = offered**counters / factorial(counters)
    line_weights = [top * load**ahead for ahead in range(250)]
    whole = sum(weights) + sum(line_weights)
    desks = [
        Desk(number, frozenset({1}), pace * number / counters) for number in range(1, counters + 1)
    ]
    mean = 0.0
    for ahead, weight in enumerate(line_weights):
        line = [Waiting(each, "", 1, "", 1.0, MORNING, MORNING) for each in range(ahead)]
        expected = projected(line, desks, {1: pace}).by_service[1].mean_s
        mean += weight / whole * (expected or 0.0)
    erlang_c = top / (1 - load) / (sum(weights) + top / (1 - load))
    assert mean == pytest.approx(erlang_c * pace / (counters * (1 - load)), rel=1e-3)


# What is learnt of past forecasts.

seen = st.builds(
    Seen,
    st.sampled_from([1, 2]),
    st.sampled_from(list(Standing)),
    st.floats(0, 2e4),
    st.floats(0, 2e4),
    st.floats(0, 1e4),
)


@settings(max_examples=40, deadline=None)
@given(
    past=st.lists(seen, min_size=ENOUGH, max_size=150),
    people=st.integers(0, 30),
    desks=st.integers(1, 4),
    waited=st.floats(0, 9000),
)
def test_what_is_told_is_never_negative_and_never_falls_with_the_people_ahead(
    past: list[Seen], people: int, desks: int, waited: float
) -> None:
    learnt = Learnt(past)
    counters = [Desk(number, frozenset({1}), 100.0 * number) for number in range(desks)]
    since = MORNING - timedelta(seconds=waited)
    told = []
    for ahead in range(1, people + 2):
        line = [Waiting(each, str(each), 1, "", 1.0, since, since) for each in range(ahead)]
        wait = forecast(line, counters, {1: 300.0}, learnt, MORNING)
        for each in (*wait.by_ticket.values(), *wait.by_service.values()):
            assert each.median_s is not None and each.p90_s is not None
            assert 0 <= each.median_s <= each.p90_s
        newest = wait.by_service[1]
        told.append((newest.median_s or 0, newest.p90_s or 0))
    assert [each[0] for each in told] == sorted(each[0] for each in told)
    assert [each[1] for each in told] == sorted(each[1] for each in told)


def test_with_little_past_the_formula_stands() -> None:
    line, counters = [Waiting(1, "A1", 1, "", 1.0, MORNING, MORNING)], [Desk(1, frozenset({1}), 90)]
    few = Learnt([Seen(1, Standing.NEW, 100.0, 900.0)] * (ENOUGH - 1))
    paces = {1: 300.0}
    assert forecast(line, counters, paces, few, MORNING) == forecast(line, counters, paces)


def test_an_office_that_is_always_slower_is_told_so() -> None:
    learnt = Learnt(Seen(1, Standing.NEW, x, 2 * x) for x in range(10, 3000, 10))
    assert learnt.quantiles(1, Standing.NEW, 1000.0).median == pytest.approx(2000, rel=0.15)


def test_where_the_simulation_is_right_it_is_believed() -> None:
    learnt = Learnt(Seen(1, Standing.NEW, x, x + x % 7 - 3) for x in range(10, 3000, 10))
    assert learnt.quantiles(1, Standing.NEW, 1000.0).median == pytest.approx(1000, rel=0.05)
