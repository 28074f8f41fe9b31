"""A restart with everybody connected: `python -m benchmarks.storm [--phones N] [--boards N]`.

The server is killed and started again at once. Phones and boards, which are pages of another
process (`benchmarks/followers.py`), connect again by themselves; meanwhile kiosks take numbers and
clerks call, and send again what gets no answer, under the same key, as their pages do.
"""

import argparse
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

import requests

from benchmarks.__main__ import machine, p
from benchmarks.clients import beside
from benchmarks.followers import Found, gather
from benchmarks.places import Place, make_places
from benchmarks.servers import Server, free_port, serve, settings

#: Seconds within which all have to be right again.
GOAL = 10.0
#: Longest (s) that is waited for the last of them.
PATIENCE = 120.0
#: Seconds between two acts of one kiosk or clerk, and longest until a page sends again.
PACE = 1.0
LONGEST_PAUSE = 3.0


@dataclass
class Acts:
    """What kiosks and clerks did, each wish until it was answered."""

    #: When each wish began and how many seconds its answer took.
    answered: list[tuple[float, float]] = field(default_factory=list)
    labels: list[tuple[str, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def act(self, url: str, path: str, token: str, body: dict[str, str], number: int) -> None:
        """Do the same at a steady pace, as one kiosk or one clerk, until the end."""
        headers = {"Authorization": f"Bearer {token}"}
        with requests.Session() as session:
            session.trust_env = False
            while not self.ended.wait(PACE):
                headers["Idempotency-Key"] = uuid.uuid4().hex
                began = time.monotonic()
                for turn in range(1, 30):
                    try:
                        answer = session.post(url + path, json=body, headers=headers, timeout=8)
                        if answer.status_code != 503:
                            break
                    except requests.RequestException:
                        pass
                    time.sleep(min(0.3 * 2**turn, LONGEST_PAUSE))
                self.answered.append((began, time.monotonic() - began))
                if not answer.ok:
                    self.refused.append(f"{answer.status_code} {answer.text[:100]}")
                elif "label" in answer.json():
                    self.labels.append((f"office {number}", answer.json()["label"]))


@contextmanager
def acting(url: str, places: list[Place]) -> Iterator[Acts]:
    """Let a kiosk and a clerk of up to four offices act until the block ends."""
    acts = Acts()
    threads = []
    for number, place in enumerate(places[:4]):
        there = f"/api/v1/offices/{place.code}"
        for path, token, body in (
            (f"{there}/tickets", place.tokens["kiosk"], {"service": "A"}),
            (f"{there}/counters/1/finish-and-next", place.tokens["clerks"]["1"], {}),
        ):
            told = (url, path, token, body, number)
            threads.append(threading.Thread(target=acts.act, args=told))
            threads[-1].start()
    try:
        yield acts
    finally:
        acts.ended.set()
        for thread in threads:
            thread.join()


@contextmanager
def crowd(url: str, places: list[Place], boards: int) -> Iterator[Connection]:
    """Keep the phones of all numbers and the boards connected, in a process of their own."""
    auths = [{"token": secret} for place in places for secret in place.secrets]
    screens = [{"token": places[turn % len(places)].tokens["screen"]} for turn in range(boards)]
    kinds = {"boards": ("/display", screens), "phones": ("/ticket", auths)}
    with beside(gather, url, kinds) as asked:
        yield asked


def all_right(asked: Connection, since: float) -> dict[str, Found]:
    """Wait until every page has been told where things stand after `since`."""
    end = time.monotonic() + PATIENCE
    while True:
        asked.send("?")
        found: dict[str, Found] = asked.recv()
        late = sum(at <= since for each in found.values() for at in each.right_at)
        if not late:
            return found
        if time.monotonic() > end:
            raise RuntimeError(f"{late} pages are not right again after {PATIENCE:.0f} s")
        time.sleep(0.2)


def storm(server: Server, places: list[Place], boards: int, *, gently: bool) -> dict[str, float]:
    """Restart the server amid everything; return seconds and counts by what they are of."""
    with crowd(server.url, places, boards) as asked, acting(server.url, places) as acts:
        all_right(asked, 0.0)
        time.sleep(5)
        began = time.monotonic()
        server.stop() if gently else server.kill()
        server.start()
        back = time.monotonic() - began
        found = all_right(asked, began)
        time.sleep(5)
        acts.ended.set()
        asked.send("?")
        later: dict[str, Found] = asked.recv()
    figures = {"server answers again": back}
    for kind, each in found.items():
        times = [at - began for at in each.right_at]
        figures[f"{kind}: half of them"] = p(times, 0.5)
        figures[f"{kind}: the last"] = max(times)
    during = [took for at, took in acts.answered if began - 8 < at < began + max(times)]
    after = [took for at, took in acts.answered if began + back < at < began + max(times)]
    figures |= {
        "acts meanwhile": len(during),
        "longest until an answer": max(during, default=0.0),
        "median of those begun once the server answered": p(after, 0.5) if after else 0.0,
        "longest of those": max(after, default=0.0),
        "refused": len(acts.refused),
        "numbers given twice": len(acts.labels) - len(set(acts.labels)),
        "pages refused": sum(each.refused for each in later.values()),
    }
    for refusal in set(acts.refused):
        print(refusal)
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storm")
    parser.add_argument("--phones", type=int, default=3000)
    parser.add_argument("--boards", type=int, default=30)
    parser.add_argument("--offices", type=int, default=10)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--gently", action="store_true", help="stop it by TERM, do not kill it")
    asked = parser.parse_args()
    print(machine(), f"{asked.phones} phones and {asked.boards} boards of {asked.offices} offices")
    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory(prefix="antrean-storm-") as folder:
            data, port = Path(folder), free_port()
            places = make_places(data, asked.offices, asked.phones // asked.offices)
            server = Server(serve(data, port), port, settings())
            server.start()
            try:
                figures = storm(server, places, asked.boards, gently=asked.gently)
            finally:
                server.stop()
        for name, value in figures.items():
            print(f"{name:50} {value:8.2f}")


if __name__ == "__main__":
    main()
