"""Memory, and a start from nothing: `python -m benchmarks.footprint [--phones N] [--boards N]`.

The resident memory of a server that idles, what each phone and each board that connects adds to it,
and the time from the command `antrean serve` to the first number acknowledged over HTTP, on a
database that stands ready, with the files of the program in the system's cache.
"""

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from benchmarks.__main__ import machine
from benchmarks.clients import Caller
from benchmarks.places import Place, make_places
from benchmarks.servers import Server, free_port, serve, settings
from benchmarks.storm import all_right, crowd

#: Seconds after which a server has done what it does once it has started, or was connected to.
SETTLED = 7


def resident(pid: int) -> float:
    """Return the resident memory of a process in KiB."""
    text = Path(f"/proc/{pid}/status").read_text()
    return float(text.partition("VmRSS:")[2].split()[0])


def grown(server: Server, places: list[Place], boards: int) -> float:
    """Return the KiB for each page that connects: phones where there are no boards."""
    server.start()
    try:
        Caller(server.url, places[0].tokens["kiosk"]).post("/api/v1/tickets", {"service": "A"})
        time.sleep(SETTLED)
        before = resident(server.pid)
        with crowd(server.url, places, boards) as asked:
            pages = sum(len(each.right_at) for each in all_right(asked, 0.0).values())
            time.sleep(SETTLED)
            return (resident(server.pid) - before) / pages
    finally:
        server.stop()


def first_number(server: Server, token: str) -> float:
    """Start the server; return the seconds until it has given a number."""
    began = time.perf_counter()
    server.begin()
    try:
        while True:
            try:
                Caller(server.url, token).post("/api/v1/tickets", {"service": "A"})
                return time.perf_counter() - began
            except OSError:
                time.sleep(0.005)
    finally:
        server.stop()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.footprint")
    parser.add_argument("--phones", type=int, default=1000)
    parser.add_argument("--boards", type=int, default=200)
    parser.add_argument("--starts", type=int, default=10)
    asked = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="antrean-footprint-") as folder:
        data, port = Path(folder), free_port()
        places = make_places(data, 1, asked.phones)
        server = Server(serve(data, port), port, settings())
        starts = [first_number(server, places[0].tokens["kiosk"]) for _ in range(asked.starts)]
        print(
            f"from the command to the first number, s: median {statistics.median(starts):.2f},"
            f" {min(starts):.2f} to {max(starts):.2f} of {asked.starts}"
        )
        server.start()
        time.sleep(SETTLED)
        print(f"a server that idles, MiB: {resident(server.pid) / 1024:.0f}")
        server.stop()
        print(f"each phone, KiB: {grown(server, places, 0):.0f} ({asked.phones} connected)")
        empty = [Place(each.code, each.tokens, []) for each in places]
        boards = grown(server, empty, asked.boards)
        print(f"each board, KiB: {boards:.0f} ({asked.boards} connected)")


if __name__ == "__main__":
    main()
