"""The proof on a recorded day, cut short: it holds, notices a loss, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any, cast

import pytest
from playwright.sync_api import Page

from app.replay.days import SHIPPED, read_day
from tools.nursery import clean_environ
from tools.proof import TOGETHER, Board, Called, Wire, prove, verdict


def short_day() -> dict[str, Any]:
    """Live through ten visitors in one room, with cuts and a restart; return the report."""
    return prove(read_day(SHIPPED), 10, 1, 5, TOGETHER, cut=0.1, pause=400)


@pytest.mark.timeout(400)
def test_calls_in_one_room_are_seen_on_both_boards_and_heard_once_through_cuts_and_a_restart() -> (
    None
):
    # A process of its own: the browser's driver runs once in each, and here it may run already.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as aside:
        report = aside.submit(short_day).result()
    room = report["zones"][0]
    assert report["ok"], report
    assert (report["calls"], report["restarts"]) == (10, 1)
    assert report["cuts"] > 0
    assert room["heard"]["once"] > 0


@pytest.fixture
def boards() -> Iterator[list[Board]]:
    """Two boards of a room of which nothing but what they told is asked."""
    made = [Board("Ruang", Wire(1), cast(Page, None)) for _ in range(2)]
    yield made
    for board in made:
        board.wire.close()


def test_a_call_that_nobody_heard_is_lost_unless_a_board_said_that_it_was_cut_off(
    boards: list[Board],
) -> None:
    calls = [Called("A001", 1, 10_000, 10_010), Called("A002", 1, 20_000, 20_010)]
    for board in boards:
        board.witness("seen", "A001 1")
        board.witness("seen", "A002 1")
    boards[0].witness("heard", ["A001 1", 10_100])
    told = verdict("Ruang", TOGETHER["Ruang"], boards, calls)
    assert told["heard"]["lost"] == ["A002 1"]
    assert not told["ok"]
    boards[0].witness("away", [15_000, 25_000])
    told = verdict("Ruang", TOGETHER["Ruang"], boards, calls)
    assert told["heard"]["left_unsaid_by_a_new_speaker"] == ["A002 1"]
    assert told["heard"]["missed_while_cut_off"] == []
    boards[1].witness("away", [18_000, 22_000])
    told = verdict("Ruang", TOGETHER["Ruang"], boards, calls)
    assert told["heard"]["missed_while_cut_off"] == ["A002 1"]
    boards[0].witness("seen", "A002 1")
    told = verdict("Ruang", TOGETHER["Ruang"], boards, calls)
    assert told["seen"][0]["more_than_once"] == ["A002 1"]
    assert not told["ok"]


def test_a_call_said_twice_is_a_fault_unless_its_first_speaker_was_cut_off_while_saying_it(
    boards: list[Board],
) -> None:
    calls = [Called("A001", 1, 10_000, 10_010)]
    for board, at in zip(boards, (10_100, 18_000), strict=True):
        board.witness("seen", "A001 1")
        board.witness("heard", ["A001 1", at])
    assert not verdict("Ruang", TOGETHER["Ruang"], boards, calls)["ok"]
    boards[0].witness("away", [10_300, 17_000])
    told = verdict("Ruang", TOGETHER["Ruang"], boards, calls)
    assert told["ok"]
    assert told["heard"]["said_anew_after_a_cut"] == ["A001 1"]


def test_a_proof_that_is_ended_takes_its_server_with_it(tmp_path: Path) -> None:
    proof = subprocess.Popen(
        [sys.executable, "-m", "tools.proof", "--visitors", "1000"],
        env=clean_environ() | {"TMPDIR": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def serving() -> list[int]:
        """Return the processes that serve out of the test's folder."""
        found = []
        for each in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                words = (each / "cmdline").read_bytes()
                if b"\0serve\0" in words and str(tmp_path).encode() in words:
                    found.append(int(each.name))
        return found

    end = time.monotonic() + 60
    while not serving():
        assert time.monotonic() < end and proof.poll() is None
        time.sleep(0.1)
    proof.send_signal(signal.SIGTERM)
    assert proof.wait(30) != 0
    assert serving() == []
    with pytest.raises(ProcessLookupError):
        os.killpg(proof.pid, 0)
