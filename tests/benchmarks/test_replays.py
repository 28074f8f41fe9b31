"""The replays of a folder: a row each, no recording left out, and no fault passed over."""

import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import replays


def summary(**faults: Any) -> dict[str, Any]:
    """Return what is told of a replay of three visitors before two screens."""
    screen = {"missed": 0, "doubled": 0}
    return {
        "ok": not faults,
        "recording": {"date": "2020-01-13", "visitors": 3},
        "tickets": 3,
        "calls": 2,
        "numbers_duplicated": 0,
        "numbers_skipped": 0,
        "journal_gaps": 0,
        "tickets_lost": 0,
        "calls_lost": 0,
        "screens": [screen, {**screen, "missed": len(faults)}],
        "latency_ms": {"p50": 10.5, "p99": 20.6},
        "faults": list(faults.values()),
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with something that is no recording, as the only thing asked for."""
    (tmp_path / "answers.csv").write_text("element,n4\nU1,3\n")
    monkeypatch.setattr(sys, "argv", ["replays", str(tmp_path)])
    return tmp_path


def test_a_folder_without_a_recording_is_an_error_that_names_what_there_is(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="no recording of a queue"):
        replays.main()
    assert "answers.csv is not a recording" in capsys.readouterr().err


def test_every_recording_has_its_row_and_one_fault_fails_all(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"a.csv": summary(fault="A001 was called unseen"), "b.csv": summary()}
    for name in told:
        (folder / name).touch()
    replay = replays.replay
    monkeypatch.setattr(replays, "replay", lambda path: told.get(path.name) or replay(path))
    with pytest.raises(SystemExit, match=r"^a\.csv: A001 was called unseen$"):
        replays.main()
    rows = capsys.readouterr().out.splitlines()
    assert rows[2] == "| a.csv | 2020-01-13 | 3 | 3 | 2 | 0 | 0 | 0 | 1 | 0 | 10.5 | 20.6 |"
    assert rows[3].startswith("| b.csv |") and len(rows) == 4
    assert {row.count("|") for row in rows} == {13}
