"""Real days, replayed at a real server as fast as it answers: nothing lost or doubled."""

import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any, Protocol

import pytest

from app.replay.command import read_journal
from app.replay.days import SHIPPED, read_day
from app.replay.rest import Caller, Tally
from app.replay.shapes import NotADay
from office.ready import ready_offers
from tests.web.browsing import FarBrowser

ROOT = Path(__file__).resolve().parents[3]

#: The stretch of a file's busiest day that is replayed here, and of one with four times as many
#: visitors; `make replays` replays all of it.
STRETCH, BUSY = "10:00-12:00", "10:00-11:00"


class Server(Protocol):
    """A running server with the sample office."""

    @property
    def url(self) -> str: ...

    @property
    def tokens(self) -> dict[str, Any]: ...

    def start(self) -> Any: ...

    def kill(self) -> None: ...

    def ask(
        self, method: str, path: str, token: str | None = None, body: Any = None
    ) -> tuple[int, Any]: ...


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
    stretch = BUSY if len(read_day(path).visitors) > 1000 else STRETCH
    summary, _ = replay(server, path, *(() if path == SHIPPED else ("--between", stretch)))
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
    summary, _ = replay(server, "--office", "USC_Andersa", "--between", "09:00-12:00")
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


def offer_form(code: str, quota: str = "") -> dict[str, str]:
    """Return a ready service's form as it stands, but for the quota."""
    offer = ready_offers()[code]
    fields = {"letter": offer.letter, "number_from": "1", "number_to": "999", "icon": offer.icon}
    for locale, name in offer.names.items():
        bring = "\n".join(offer.requirements[locale])
        fields |= {f"name-{locale}": name, f"bring-{locale}": bring}
    return {**fields, "quota": quota, "typical_min": str(offer.typical_min)}


@pytest.mark.timeout(300)
def test_settings_changed_amid_the_day_lose_double_and_misplace_nothing(
    server: Server, passwords: dict[str, str]
) -> None:
    chief = FarBrowser(server.url)
    chief.send("/sign-in", username="manajer", password=passwords["manajer"])
    over = threading.Event()
    rounds: list[int] = []
    failures: list[Exception] = []

    def rule(path: str, body: Any) -> None:
        """Set what its page sets through the API."""
        status, answer = server.ask("POST", path, server.tokens["manager"], body)
        assert status == 200, answer

    def change_all(turn: int) -> None:
        rule("/services/A/suspend", {"message": {"id": "Jaringan putus"}})
        policy = "first_come" if turn % 2 else "ratio"
        rules = {"rates": {"priority": 2.0 + turn % 2}, "recalls_before_no_show": 0}
        rule("/rules/turn", {**rules, "policy": policy, "reentry_places": 3, "carries_over": False})
        rule("/services/A/resume", {})
        chief.send("/manager/services/C", **offer_form("C", quota="3"))
        rule("/counters/2/services", {"services": [{"code": "I"}]})
        code, again = f"NIKAH{turn}", {**offer_form("A"), "letter": "Z"}
        chief.send("/manager/services", code=code, **again)
        chief.send(f"/manager/services/{code}/retire")
        hours = {f"day-{day}": "07:30-16:00" for day in range(7 if turn % 2 else 5)}
        chief.send("/manager/hours", serves_after="30", **hours)
        chief.send("/manager/services/C", **offer_form("C"))
        rule("/counters/2/services", {"services": [{"code": each} for each in "ADI"]})
        if turn > 2:
            # who links too many devices in a minute has to wait
            return
        page = chief.send("/manager/devices", role="screen", name=f"Papan {turn}").text
        link = re.search(r"/link/([A-Z0-9]{8})", page)
        assert link is not None
        board = FarBrowser(server.url)
        assert board.send("/link", code=link[1]).url.endswith("/display")
        number = max(map(int, re.findall(r"/manager/devices/(\d+)/revoke", page)))
        chief.send(f"/manager/devices/{number}/revoke")
        assert "/display/pair" in board.get("/display").url

    def change() -> None:
        try:
            while not over.wait(0.4):
                change_all(len(rounds))
                rounds.append(len(rounds))
        except Exception as error:
            failures.append(error)

    changing = threading.Thread(target=change)
    changing.start()
    try:
        summary, _ = replay(server, "--between", "10:00-11:00", "--speed", "900")
    finally:
        over.set()
        changing.join()
    assert not failures, failures
    assert summary["ok"], summary["faults"]
    refused = summary["refused"]
    assert set(refused) <= {"service_suspended", "quota_spent"}
    assert summary["tickets"] + sum(refused.values()) == summary["recording"]["visitors"]
    assert rounds
    rows = journal_of(server)
    assert {"NIKAH0", "turn", "hours"} <= {row.get("service") or row.get("part") for row in rows}
    assert taken_against_settings(rows) == []


def journal_of(server: Server) -> list[dict[str, Any]]:
    """Return the journal's rows with their details, as the manager's token reads them."""
    caller = Caller(server.url, server.tokens["manager"], Tally())
    try:
        return read_journal(caller)
    finally:
        caller.close()


def taken_against_settings(rows: list[dict[str, Any]]) -> list[str]:
    """Return the numbers given out though a setting in force by then said none."""
    suspended: dict[str, bool] = {}
    quota: dict[str, int | None] = {}
    taken: Counter[str] = Counter()
    wrong = []
    for row in rows:
        service = row.get("service", "")
        if row["kind"] == "service_changed":
            suspended[service] = row.get("suspended", suspended.get(service, False))
            quota[service] = row.get("present", {}).get("quota", quota.get(service))
        elif row["kind"] == "ticket_taken":
            most = quota.get(service)
            if suspended.get(service) or (most is not None and taken[service] >= most):
                wrong.append(row["label"])
            taken[service] += 1
    return wrong
