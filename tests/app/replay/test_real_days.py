"""Real days, replayed at a real server as fast as it answers: nothing lost or doubled."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Protocol

import pytest

from app.replay.days import SHIPPED, read_day
from app.replay.shapes import NotADay

ROOT = Path(__file__).resolve().parents[3]

#: The stretch of a file's busiest day that is replayed here; `make replays` replays all of it.
STRETCH = "10:00-12:00"


class Server(Protocol):
    """A running server with the sample office."""

    @property
    def url(self) -> str: ...

    @property
    def tokens(self) -> dict[str, Any]: ...

    def start(self) -> Any: ...

    def kill(self) -> None: ...

    def ask(self, method: str, path: str, token: str | None = None) -> tuple[int, Any]: ...


def days() -> list[Path]:
    """Return the shipped day, and every recorded day of the folder of real data, if any."""
    folder = Path(os.environ.get("ANTREAN_SAMPLES") or ROOT.parent / "shared" / "data")
    found = [SHIPPED]
    for path in sorted(folder.glob("*.csv")) if folder.is_dir() else []:
        try:
            read_day(path)
        except NotADay:
            continue
        found.append(path)
    return found


def replay(server: Server, *arguments: str | Path, status: int = 0) -> tuple[dict[str, Any], str]:
    """Run the command as its user would; return the summary and what it said."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "app.command", "replay", *map(str, arguments)),
            *("--url", server.url, "--tokens", "-", "--json"),
        ],
        input=json.dumps({"tokens": server.tokens}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return json.loads(done.stdout) if done.stdout else {}, done.stderr


@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", days(), ids=lambda path: path.stem)
def test_a_recorded_day_replays_without_a_fault(server: Server, path: Path) -> None:
    summary, _ = replay(server, path, *(() if path == SHIPPED else ("--between", STRETCH)))
    assert summary["ok"], summary["faults"]
    assert summary["tickets"] == summary["recording"]["visitors"] > 75
    ended = summary["finished"] + summary["no_shows"] + summary["expired"]
    assert (ended, summary["by_others"]) == (summary["tickets"], 0)
    assert summary["calls"] >= 0.9 * summary["tickets"]
    assert summary["resent"] > 5
    for screen in summary["screens"]:
        assert (screen["missed"], screen["doubled"]) == (0, 0)
    assert summary["latency_ms"]["samples"] == 2 * summary["calls"]


@pytest.mark.timeout(300)
def test_a_place_in_the_line_of_one_office_never_falls_unexplained(
    server: Server,
) -> None:
    summary, said = replay(server, "--office", "USC_Andersa", "--counters", "5", "--screens", "1")
    assert summary["ok"], summary["faults"]
    assert summary["positions_polled"] > 20
    assert summary["positions_risen_unexplained"] == 0
    assert "126 visitors to" in said


@pytest.mark.timeout(300)
def test_a_server_killed_amid_the_day_loses_nothing(server: Server) -> None:
    def cut() -> None:
        while server.ask("GET", "/office", server.tokens["manager"])[1]["version"] < 100:
            time.sleep(0.1)
        server.kill()
        time.sleep(0.5)
        server.start()

    power = threading.Thread(target=cut)
    power.start()
    summary, _ = replay(server, "--office", "USC_Andersa")
    power.join()
    assert summary["ok"], summary["faults"]
    assert summary["retried"] > 0
    assert all(screen["reconnects"] > 0 for screen in summary["screens"])


@pytest.mark.timeout(300)
def test_a_day_at_a_set_speed_takes_its_time(server: Server) -> None:
    began = time.monotonic()
    summary, _ = replay(server, "--between", "10:00-10:30", "--speed", "900")
    assert summary["ok"], summary["faults"]
    assert summary["speed"] == 900
    assert time.monotonic() - began > 2
    assert summary["finished"] > 5


def test_tokens_of_another_server_are_refused_in_a_sentence(server: Server) -> None:
    kept = dict(server.tokens)
    server.tokens["kiosk"] = "not-a-token"
    try:
        _, said = replay(server, status=1)
    finally:
        server.tokens.update(kept)
    assert "does not accept the tokens (credentials_invalid)" in said
