"""The command's words: what it asks for, and what it says when it cannot."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.replay.check import Findings, Screen
from app.replay.command import replay
from app.replay.days import SHIPPED, read_day
from app.replay.drive import Log, Plan
from app.replay.summary import MUST_BE_NOUGHT, SCREENS_MUST, quantile, summarise, told

TOKENS = {"tokens": {"kiosk": "k", "screen": "s", "manager": "m", "clerks": {"1": "c"}}}


@pytest.fixture
def tokens(tmp_path: Path) -> Path:
    path = tmp_path / "tokens.json"
    path.write_text(json.dumps(TOKENS))
    return path


def said(*arguments: str | Path, stdin: str = "") -> tuple[int, str]:
    """Run the command and return its status and all it printed."""
    result = CliRunner().invoke(replay, [str(each) for each in arguments], input=stdin)
    return result.exit_code, result.output


def test_without_tokens_it_says_where_they_come_from() -> None:
    status, output = said()
    assert (status, "antrean init --sample --json" in output) == (2, True)


@pytest.mark.parametrize(
    ("stdin", "complaint"),
    [
        ("", "is not what"),
        ("[]", "is not what"),
        ("{}", "is not what"),
        ('{"tokens": {"kiosk": "k"}}', "lacks: screen, manager, clerks"),
    ],
)
def test_tokens_of_another_shape_are_refused(stdin: str, complaint: str) -> None:
    status, output = said("--tokens", "-", stdin=stdin)
    assert (status, complaint in output) == (2, True)


def test_a_file_that_is_no_queue_is_refused(tmp_path: Path, tokens: Path) -> None:
    path = tmp_path / "survey.csv"
    path.write_text("element,n4\nU1,18\n")
    status, output = said(path, "--tokens", tokens)
    assert (status, "not a recording of a queue" in output) == (1, True)


@pytest.mark.parametrize("speed", ["0", "-1", "nan", "inf", "fast"])
def test_a_speed_is_a_number_above_nought_or_max(tokens: Path, speed: str) -> None:
    status, output = said("--tokens", tokens, f"--speed={speed}")
    assert (status, "neither a number above 0 nor 'max'" in output) == (2, True)


def test_a_server_that_is_not_there_is_named(tokens: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.replay.rest.PERSISTENCE", 0.0)
    status, output = said("--tokens", tokens, "--url", "http://127.0.0.1:1")
    assert (status, "No answer from http://127.0.0.1:1" in output) == (1, True)


def test_an_address_that_is_none_is_refused(tokens: Path) -> None:
    assert said("--tokens", tokens, "--url", "localhost:8000")[0] == 2


def test_quantiles_are_of_the_values_themselves() -> None:
    values = [float(n) for n in range(1, 101)]
    assert quantile(values, 0.5) == 50
    assert quantile(values, 0.99) == 99
    assert quantile([7.0], 0.9) == 7
    assert quantile([], 0.5) is None


@pytest.mark.parametrize("name", [*MUST_BE_NOUGHT, *SCREENS_MUST, ""])
def test_every_fault_makes_the_summary_a_failure(name: str) -> None:
    found = Findings(screens=[Screen(), Screen()], faults=["it"] if name else [])
    setattr(found.screens[1] if name in SCREENS_MUST else found, name or "tickets", 1)
    plan = Plan("http://x", {}, read_day(SHIPPED), {1: ["A"]}, {}, None, 2, None)
    summary = summarise(plan, Log(), found, "office", "accumulating")
    assert summary["ok"] is (name == "")
    assert ("No fault found." in told(summary)) is (name == "")
    assert json.loads(json.dumps(summary)) == summary
