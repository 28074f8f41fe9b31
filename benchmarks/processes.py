"""One server process against two: `python -m benchmarks.processes [--share PERCENT] [--pause S]`.

PostgreSQL, Redis and nginx by the shipped configuration, and a crowd of kiosks and clerks in a
process of its own, each of which acts again as soon as it is answered, or after a pause, so that
cores are left free and an act costs what it costs alone. Several offices, because the changes of
one are serial. Beside what is done in a second stands what processor time it took
the servers, PostgreSQL, nginx with Redis, and the crowd, for all of them share the machine. With a
share each server gets no more than that part of a core (control groups, as root), so that two have
twice what one has, and what all the others need is left free.
"""

import argparse
import os
import statistics
import tempfile
import threading
import time
from contextlib import ExitStack
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.__main__ import machine
from benchmarks.clients import Caller, beside
from benchmarks.narrow import NarrowServer, narrow
from benchmarks.places import Place, make_places
from benchmarks.servers import Server, free_port, nginx, postgres, redis, serve, settings

#: Clock ticks of a second of processor time, in /proc.
TICKS = os.sysconf("SC_CLK_TCK")
#: Seconds for which everything has run before it counts.
WARMING = 3.0
Figures = dict[str, float]


def seconds_of(parents: list[int]) -> float:
    """Return the processor seconds that these processes and all born of them have taken."""
    rows = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            told = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        # parent, own time and that of children which have ended
        rows[int(folder.name)] = int(told[1]), sum(map(int, told[11:15])) / TICKS
    family = set(parents)
    while more := {pid for pid, (parent, _) in rows.items() if parent in family} - family:
        family |= more
    return sum(rows[pid][1] for pid in family if pid in rows)


def crowd(told: Connection, url: str, places: list[Place], pause: float) -> None:
    """Act, with a pause (s) after each act, until told to end.

    Answers each question with the acts so far and the time they took.
    """
    done: list[float] = []
    ended = threading.Event()

    def act(place: Place, path: str, token: str, body: dict[str, Any]) -> None:
        caller = Caller(url, token)
        while not ended.is_set():
            began = time.perf_counter()
            caller.post(f"/api/v1/offices/{place.code}{path}", body)
            done.append((time.perf_counter() - began) * 1000)
            ended.wait(pause)

    threads = []
    for place in places:
        clerks = place.tokens["clerks"]
        for path, token, body in (
            ("/tickets", place.tokens["kiosk"], {"service": "A"}),
            ("/counters/1/finish-and-next", clerks["1"], {}),
        ):
            threads.append(threading.Thread(target=act, args=(place, path, token, body)))
            threads[-1].start()
    while told.recv() is not None:
        told.send((len(done), time.process_time(), list(done)))
    ended.set()
    for thread in threads:
        thread.join()


def measured(
    url: str, places: list[Place], groups: dict[str, list[int]], span: float, pause: float
) -> Figures:
    """Let the crowd act for `span` seconds; return acts and processor seconds, per second."""
    with beside(crowd, url, places, pause) as asked:
        time.sleep(WARMING)
        stands = []
        for _ in range(2):
            asked.send("?")
            acts, own, times = asked.recv()
            used = {name: seconds_of(pids) for name, pids in groups.items()}
            stands.append((time.monotonic(), acts, own, used, times))
            time.sleep(span if len(stands) == 1 else 0)
    (began, before, own, used, _), (ended, after, own_after, used_after, times) = stands
    took = ended - began
    figures = {
        "acts a second": (after - before) / took,
        "median ms": statistics.median(times[before:]),
        "cores: crowd": (own_after - own) / took,
    }
    return figures | {f"cores: {name}": (used_after[name] - used[name]) / took for name in groups}


def one_run(
    folder: Path, offices: int, span: float, pause: float, share: float
) -> dict[int, Figures]:
    """Measure one process and two, of the same installation, each with a `share` of a core."""
    figures = {}
    with (
        postgres(folder / "pg") as (database, master),
        redis(folder) as (queue, redis_pid),
        ExitStack() as stack,
    ):
        places = make_places(folder / "data", offices, 20, database)
        environ = settings(database=database, redis=queue, proxies="1")
        servers: list[Server] = []
        try:
            for count in (1, 2):
                port = free_port()
                server = NarrowServer(serve(folder / "data", port), port, environ)
                if share:
                    server.enter(stack.enter_context(narrow(share)))
                servers.append(server)
                server.start()
                ports = [each.port for each in servers]
                with nginx(folder / f"nginx{count}", ports) as (url, front):
                    groups = {
                        "servers": [each.pid for each in servers],
                        "PostgreSQL": [master],
                        "nginx and Redis": [front, redis_pid],
                    }
                    figures[count] = measured(url, places, groups, span, pause)
        finally:
            for each in servers:
                each.stop()
    return figures


def main() -> None:
    """Measure and print medians over the runs."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.processes")
    parser.add_argument("--offices", type=int, default=8)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--pause", type=float, default=0, help="seconds after each act of a client")
    parser.add_argument("--share", type=float, default=0, help="percent of a core for each server")
    asked = parser.parse_args()
    runs = []
    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory(prefix="antrean-processes-") as folder:
            runs.append(
                one_run(Path(folder), asked.offices, asked.seconds, asked.pause, asked.share / 100)
            )
    print(machine(), f"{asked.offices} offices, medians of {asked.runs} runs")
    for name in runs[0][1]:
        one, two = (statistics.median(run[count][name] for run in runs) for count in (1, 2))
        print(f"{name:24} one {one:8.2f}   two {two:8.2f}")
    gains = [run[2]["acts a second"] / run[1]["acts a second"] for run in runs]
    print(f"gain of the second process  {statistics.median(gains):.2f}")
    costs = {
        who: [
            statistics.median(
                1000 * run[count][f"cores: {who}"] / run[count]["acts a second"] for run in runs
            )
            for count in (1, 2)
        ]
        for who in ("servers", "PostgreSQL")
    }
    for who, (one, two) in costs.items():
        print(f"{who}: processor ms of an act, one {one:.2f}, two {two:.2f}")
    one, two = costs["servers"]
    acts = 2000 / two
    print(
        f"with a core for each server: {acts:.0f} acts a second, {2 * one / two:.2f} times those of"
        f" one; PostgreSQL would take {acts * costs['PostgreSQL'][1] / 1000:.2f} cores besides"
    )


if __name__ == "__main__":
    main()
