"""Measure and print the figures of docs/performance.md: `python -m benchmarks [--runs N] [--json]`.

Every figure is a median over runs, with the lowest and highest run, and stands beside its ceiling
measured in the same run: an empty route, a bare durable insert, a bare broadcast.
"""

import argparse
import json
import math
import os
import platform
import sqlite3
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.clients import Caller, Screens, milliseconds
from benchmarks.servers import bare, free_port, office, postgres

SERVICES = "ACKLMIJFGH"
#: People in line while calls are measured.
IN_LINE = 200
#: What is read, by its address.
READS = {
    "services with estimates": "/api/v1/services",
    "board snapshot": "/api/v1/board",
    "ticket page": "/t/{ticket}",
    "ticket state": "/api/v1/tickets/{ticket}",
}
#: Times that a call, and what goes to the screens, is measured, and a reading, of which a place has
#: 120 a minute. The first of all, for which much is made that is then kept, is told by itself.
TIMES, READINGS = 301, 101
#: Of the acts that go to the screens every so many is one that makes several rows at once.
SEVERAL = 10
Figures = dict[str, float]


def repeated(act: Callable[[int], object], count: int) -> list[float]:
    """Return the milliseconds of each of `count` acts."""
    return [milliseconds(lambda turn=turn: act(turn)) for turn in range(count)]  # type: ignore[misc]


def p(values: list[float], share: float) -> float:
    """Return the quantile `share` of values, by the nearest rank."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def at_once(make: Callable[[int], Callable[[int], object]], callers: int, each: int) -> list[float]:
    """Return the milliseconds of all acts when `callers` act at the same time."""
    times: list[float] = []
    guard = threading.Lock()
    ready = threading.Barrier(callers)

    def run(number: int) -> None:
        act = make(number)
        ready.wait()
        mine = repeated(act, each)
        with guard:
            times.extend(mine)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(callers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def insert_ceiling(folder: Path, database: str) -> float:
    """Return the median milliseconds of one durable insert (SQLite, WAL, synchronous=FULL)."""
    if database:
        return postgres_insert_ceiling(database)
    connection = sqlite3.connect(folder / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE ticket (id INTEGER PRIMARY KEY, label TEXT)")
    times = repeated(
        lambda turn: connection.execute("INSERT INTO ticket (label) VALUES (?)", (f"A{turn}",)), 500
    )
    connection.close()
    return statistics.median(times)


def postgres_insert_ceiling(database: str) -> float:
    """Return the median milliseconds of one durable insert on PostgreSQL."""
    import psycopg

    address = database.replace("postgresql+psycopg://", "postgresql://", 1)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (id SERIAL PRIMARY KEY, label TEXT)")
        insert = "INSERT INTO bare (label) VALUES (%s)"
        times = repeated(lambda turn: connection.execute(insert, (f"A{turn}",)), 500)
        connection.execute("DROP TABLE bare")
    return statistics.median(times)


def one_run(folder: Path, database: str, screens: list[int]) -> Figures:
    """Measure everything once, each thing by turns with its ceiling, so that both meet the same."""
    figures: Figures = {"insert": insert_ceiling(folder, database)}
    with (
        bare(free_port()) as ceiling,
        office(folder / "data", free_port(), database) as (url, tokens),
    ):
        return figures | _office(ceiling, url, tokens, screens)


def by_turns(act: Callable[[int], object], floor: Caller, count: int) -> tuple[Figures, Figures]:
    """Do `act` so many times and the empty route after each; return the figures of both."""
    times, empty = [], []
    for turn in range(count):
        times.append(milliseconds(lambda turn=turn: act(turn)))  # type: ignore[misc]
        empty.append(milliseconds(lambda: floor.post("/empty")))
    return told(times), told(empty)


def told(times: list[float]) -> Figures:
    """Return the median and the 99th percentile of all but the first, and the first."""
    later = times[1:]
    return {"": statistics.median(later), ", p99": p(later, 0.99), ", first": times[0]}


def _office(ceiling: str, url: str, tokens: dict[str, Any], screens: list[int]) -> Figures:
    figures: Figures = {}
    floor = Caller(ceiling)
    kiosk = Caller(url, tokens["kiosk"])

    def keep(name: str, both: tuple[Figures, Figures]) -> None:
        for what, found in zip((name, f"empty route beside {name}"), both, strict=True):
            figures.update({f"{what}{end}": value for end, value in found.items()})

    def issue(turn: int) -> Any:
        service = SERVICES[turn % len(SERVICES)]
        return kiosk.post("/api/v1/tickets", {"service": service})

    keep("issue", by_turns(issue, floor, IN_LINE))
    clerks = [Caller(url, tokens["clerks"][str(number)]) for number in range(1, 11)]

    def verb(turn: int, name: str) -> Any:
        number = turn % 10
        return clerks[number].post(f"/api/v1/counters/{number + 1}/{name}")

    calls, empty = [], []
    for turn in range(TIMES):
        calls.append(milliseconds(lambda turn=turn: verb(turn, "next")))  # type: ignore[misc]
        empty.append(milliseconds(lambda: floor.post("/empty")))
        verb(turn, "finish")
        issue(turn)
    keep("call next", (told(calls), told(empty)))
    ticket = issue(0)["token"]
    for name, address in READS.items():
        path = address.format(ticket=ticket)
        reader = Caller(url, "" if path.startswith("/t/") else tokens["screen"])
        reading = partial(reader.get, path)
        keep(name, by_turns(lambda _turn, reading=reading: reading(), floor, READINGS))  # type: ignore[misc]
    together = at_once(
        lambda number: (
            lambda _turn: Caller(url, tokens["kiosk"]).post(
                "/api/v1/tickets", {"service": SERVICES[number % 10]}
            )
        ),
        20,
        10,
    )
    figures["issue, 20 at once, p95"] = p(together, 0.95)
    presses = at_once(
        lambda number: (
            lambda _turn: clerks[number].post(f"/api/v1/counters/{number + 1}/finish-and-next")
        ),
        10,
        10,
    )
    figures["finish and next, 10 at once, p95"] = p(presses, 0.95)
    for count in screens:
        many = Screens(url, "/display", count, {"token": tokens["screen"]})
        bare_ones = Screens(ceiling, "/display", count, {})
        times, several, empty = list[float](), list[float](), list[float]()

        def seen(act: Callable[[], Any], screens: Screens) -> float:
            """Return the milliseconds until the last screen has what `act` brought about."""
            began = time.perf_counter()
            version = act()["version"]
            return (screens.last_heard(version) - began) * 1000

        for turn in range(TIMES):
            if turn % SEVERAL == 0:
                # heard by all before the next act, which would else wait for these rows
                several.append(seen(lambda turn=turn: verb(turn, "finish-and-next"), many))  # type: ignore[misc]
                times.append(seen(lambda turn=turn: issue(turn), many))  # type: ignore[misc]
            else:
                times.append(seen(lambda: verb(0, "recall"), many))
            empty.append(seen(lambda: floor.post("/broadcast"), bare_ones))
        many.close()
        bare_ones.close()
        for what, each in (
            ("request to", times),
            ("finish and next to", several),
            ("bare broadcast,", empty),
        ):
            figures |= {f"{what} {count} screens{end}": value for end, value in told(each).items()}
    return figures


def main() -> None:
    """Measure several times and print medians, spreads and ratios."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--screens", default="1,30,300")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL in place of SQLite")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    screens = [int(each) for each in asked.screens.split(",")]
    runs = []
    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory(prefix="antrean-bench-") as folder:
            if asked.postgres:
                with postgres(Path(folder) / "pg") as (address, _):
                    runs.append(one_run(Path(folder), address, screens))
            else:
                runs.append(one_run(Path(folder), "", screens))
    figures = {
        name: {
            "median": statistics.median(run[name] for run in runs),
            "low": min(run[name] for run in runs),
            "high": max(run[name] for run in runs),
        }
        for name in runs[0]
    }
    if asked.json:
        print(json.dumps({"machine": machine(), "runs": len(runs), "figures": figures}))
        return
    print(machine(), f"medians of {len(runs)} runs, milliseconds (lowest to highest run)\n")
    for name, value in figures.items():
        print(
            f"{name:42} {value['median']:8.2f}   ({value['low']:.2f} to {value['high']:.2f})"
            + ratio(name, runs, screens)
        )


def ratio(name: str, runs: list[Figures], screens: list[int]) -> str:
    """Return the figure beside its ceiling in the same run, the median over runs."""
    if name in ("issue", "call next"):
        share = statistics.median(
            (run[f"empty route beside {name}"] + run["insert"]) / run[name] for run in runs
        )
        return f"   {share:.0%} of the rate of an empty route and an insert"
    ceilings = {each: f"empty route beside {each}" for each in READS}
    for count in screens:
        for end in ("", ", p99"):
            floor = f"bare broadcast, {count} screens{end}"
            ceilings[f"request to {count} screens{end}"] = floor
            ceilings[f"finish and next to {count} screens{end}"] = floor
    ceiling = ceilings.get(name)
    if ceiling is None:
        return ""
    times = statistics.median(run[name] / run[ceiling] for run in runs)
    return f"   {times:.1f} x {ceiling}"


def machine() -> str:
    """Say on what this ran."""
    return (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()};"
    )


if __name__ == "__main__":
    main()
