"""The history checker: whatever kind of fault is planted in a history is found in it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tools.faults.history import (
    Anew,
    Answer,
    Board,
    History,
    Shown,
    Verdict,
    Wish,
    Wrong,
    check,
    times,
)

Row = dict[str, Any]


def moved(version: int, kind: str, label: str, former: str | None, to: str, **more: Any) -> Row:
    return {
        "version": version,
        "kind": f"ticket_{kind}",
        "day": "2026-11-25",
        "at": f"2026-11-25T01:00:{version:02d}+00:00",
        "label": label,
        "service": label[0],
        "priority": "ordinary",
        "arrived_at": "2026-11-25T01:00:00+00:00",
        "line_since": "2026-11-25T01:00:00+00:00",
        "counter": None,
        "from": former,
        "to": to,
        **more,
    }


def rows() -> list[Row]:
    """Three numbers, of whom the first is put back and called once more."""
    return [
        moved(1, "taken", "A001", None, "waiting"),
        moved(2, "taken", "A002", None, "waiting"),
        moved(3, "called", "A001", "waiting", "called", counter=1),
        moved(4, "put_back", "A001", "called", "waiting", counter=1),
        moved(5, "taken", "C001", None, "waiting"),
        moved(6, "called", "A001", "waiting", "called", counter=1),
        moved(7, "called", "C001", "waiting", "called", counter=2),
    ]


def wish(kind: str, where: str | int, began: float, label: str | None, **more: Any) -> Wish:
    answers = [Answer(began + 0.1, 200, label)] if label else []
    return Wish(f"ticket_{kind}", where, began, 1, answers=answers, **more)


def wishes() -> list[Wish]:
    return [
        wish("taken", "A", 1, "A001"),
        wish("taken", "A", 2, "A002"),
        wish("called", 1, 3, "A001"),
        wish("put_back", 1, 4, "A001"),
        wish("taken", "C", 5, "C001"),
        wish("called", 1, 6, "A001"),
        wish("called", 2, 7, "C001"),
    ]


def board(*versions: int, start: int = 0) -> Board:
    told = {row["version"]: row for row in rows()}
    shown = [Shown(each + 0.2, each, told[each]) for each in versions]
    return Board("board 1", [Anew(0.5, start), *shown])


def history(**other: Any) -> History:
    sound: dict[str, Any] = {"rows": rows(), "wishes": wishes(), "boards": [board(*range(1, 8))]}
    return History(**(sound | other))


def found(verdict: Verdict) -> set[Wrong]:
    return {each.wrong for each in verdict.findings}


def test_a_sound_history_has_no_findings() -> None:
    verdict = check(history())
    assert verdict.findings == []
    assert (verdict.issued, verdict.called, verdict.shown) == (3, 3, 3)


def test_a_board_that_came_later_is_asked_for_what_came_after_its_snapshot() -> None:
    assert check(history(boards=[board(6, 7, start=5)])).findings == []


def test_a_snapshot_tells_of_the_calls_that_it_stands_for() -> None:
    told = board(1, 2)
    told.words.append(Anew(9, 7))
    verdict = check(history(boards=[told]))
    assert verdict.findings == []
    assert (verdict.shown, verdict.by_snapshot) == (0, 3)


def test_what_a_visitor_did_not_wait_for_counts_once_or_not_at_all() -> None:
    walked = wish("taken", "A", 2, None, insisted=False)
    verdict = check(history(wishes=[walked, *wishes()]))
    assert verdict.findings == []
    assert (verdict.unknown, verdict.unknown_done) == (1, 0)
    verdict = check(history(wishes=[walked, wishes()[0], *wishes()[2:]]))
    assert verdict.findings == []
    assert (verdict.unknown, verdict.unknown_done) == (1, 1)


def less(versions: set[int]) -> Callable[[History], History]:
    return lambda sound: replace(
        sound, rows=[row for row in sound.rows if row["version"] not in versions]
    )


def changed(version: int, **values: Any) -> Callable[[History], History]:
    return lambda sound: replace(
        sound, rows=[row | (values if row["version"] == version else {}) for row in sound.rows]
    )


def seen(*boards: Board) -> Callable[[History], History]:
    return lambda sound: replace(sound, boards=boards)


def wished(*more: Wish, but: int | None = None) -> Callable[[History], History]:
    return lambda sound: replace(
        sound, wishes=[*(each for n, each in enumerate(sound.wishes) if n != but), *more]
    )


def shown_otherwise(sound: History) -> History:
    words = list(sound.boards[0].words)
    words[3] = Shown(3.2, 3, rows()[2] | {"counter": 9})
    return replace(sound, boards=[Board("board 1", words)])


def taken_back(sound: History) -> History:
    return replace(sound, boards=[Board("board 1", [*sound.boards[0].words, Anew(9, 5)])])


def never_written(sound: History) -> History:
    phantom = moved(8, "called", "A002", "waiting", "called", counter=1)
    return replace(sound, boards=[Board("board 1", [*sound.boards[0].words, Shown(9, 8, phantom)])])


def another_time() -> Wish:
    """Return a number that was asked for once A001 had been called, and stands before it."""
    return wish("taken", "A", 8, "A002")


@pytest.mark.parametrize(
    ("plant", "wrong"),
    [
        pytest.param(less({7}), Wrong.LOST, id="an acknowledged call is not there"),
        pytest.param(less({4}), Wrong.LOST, id="a version is left out"),
        pytest.param(changed(2, label="A003"), Wrong.LOST, id="a number is left out"),
        pytest.param(
            changed(5, label="C002", service="C"), Wrong.LOST, id="an acknowledged number is gone"
        ),
        pytest.param(changed(2, label="A001"), Wrong.DOUBLED, id="a number is given twice"),
        pytest.param(
            changed(4, kind="ticket_recalled", to="called"),
            Wrong.DOUBLED,
            id="a number is called twice without having been put back",
        ),
        pytest.param(wished(but=1), Wrong.DOUBLED, id="nobody asked for a number"),
        pytest.param(
            wished(wish("taken", "A", 2, "A002")), Wrong.DOUBLED, id="two were given one number"
        ),
        pytest.param(
            wished(
                Wish("ticket_taken", "A", 2, 1, answers=[Answer(2.1, 409, None, "day_full")]), but=1
            ),
            Wrong.DOUBLED,
            id="what was refused was done all the same",
        ),
        pytest.param(
            changed(7, **{"from": "held"}), Wrong.UNTRUE, id="a number was elsewhere than it was"
        ),
        pytest.param(wished(another_time(), but=1), Wrong.UNTRUE, id="later comes before earlier"),
        pytest.param(
            wished(
                Wish("ticket_taken", "A", 2, 3, answers=[Answer(2, 201, "A002"), Answer(2, 201)]),
                but=1,
            ),
            Wrong.UNTRUE,
            id="one request was answered in two ways",
        ),
        pytest.param(
            wished(Wish("ticket_called", 1, 8, 3, answers=[Answer(9, 500, None, "server_error")])),
            Wrong.BROKEN,
            id="an answer after which a page gives up",
        ),
        pytest.param(
            wished(wish("called", 2, 9, None)), Wrong.UNANSWERED, id="who insisted had no answer"
        ),
        pytest.param(seen(board(1, 2, 4, 5, 6, 7)), Wrong.MISSED, id="a board left a call out"),
        pytest.param(seen(board(1, 2, 3, 4, 5, 6)), Wrong.MISSED, id="a board stayed behind"),
        pytest.param(seen(Board("board 1")), Wrong.MISSED, id="a board was told nothing"),
        pytest.param(seen(board(*range(1, 8), 7)), Wrong.DOUBLED, id="a board showed a call twice"),
        pytest.param(seen(board(1, 3, 2, *range(4, 8))), Wrong.DOUBLED, id="a board went back"),
        pytest.param(shown_otherwise, Wrong.UNTRUE, id="a board showed another counter"),
        pytest.param(taken_back, Wrong.UNTRUE, id="a board was told an older state"),
        pytest.param(never_written, Wrong.UNTRUE, id="a board showed what never was"),
    ],
)
def test_each_kind_of_fault_is_found(plant: Callable[[History], History], wrong: Wrong) -> None:
    verdict = check(plant(history()))
    assert wrong in found(verdict), verdict.findings


def test_the_times_are_the_longest_ones() -> None:
    slow = [Wish("ticket_called", 2, 6.0, 2, answers=[Answer(7.5, 200, "C001")]), *wishes()[:-1]]
    late = board(*range(1, 7))
    late.words.append(Shown(9.0, 7, rows()[-1]))
    took = times(history(wishes=slow, boards=[late]), 5.0, 7.0)
    assert (took.answer, took.screen, took.right) == (1.5, 1.5, 4.0)
