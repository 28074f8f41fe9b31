"""The proof in short: some visitors of the shipped day, two boards, cuts and a restart."""

import pytest

from app.replay.days import SHIPPED
from tools.proof import Board, Wire, prove, verdict


@pytest.mark.timeout(420)
def test_calls_of_a_day_are_seen_and_heard_once_or_listed_as_missed() -> None:
    report = prove(SHIPPED, visitors=16, restarts=1, seed=1)
    assert report["calls"] >= 12
    for board in report["boards"]:
        assert (board["seen"]["lost"], board["seen"]["more_than_once"]) == ([], []), report
        # A clip that comes late on a busy machine is a chime alone, so none is asked to be heard.
        assert board["heard"]["more_than_once"] == [], report
        assert board["seen"]["of_another_zone"] == board["heard"]["of_another_zone"] == [], report
    assert sum(each["seen"]["once"] for each in report["boards"]) > 0
    assert sum(each["heard"]["once"] for each in report["boards"]) > 0


def test_a_lost_a_doubled_and_a_strange_call_are_each_found() -> None:
    wire = Wire(1)
    board = Board("Kiri", wire, None)  # type: ignore[arg-type]
    called = [("A001", 1), ("A002", 2), ("K001", 6), ("A003", 3)]
    board.seen = ["A001 1", "A001 1", "K001 6"]
    board.heard = ["A001 1"]
    board.away = {"A003 3"}
    told = verdict(board, called)
    wire.close()
    assert not told["ok"]
    assert told["seen"]["lost"] == ["A002 2"]
    assert told["seen"]["more_than_once"] == ["A001 1"]
    assert told["seen"]["of_another_zone"] == ["K001 6"]
    assert told["seen"]["missed_while_cut_off"] == ["A003 3"]
    assert (told["heard"]["once"], told["heard"]["lost"]) == (1, ["A002 2"])
