"""Those who use the office while something breaks: kiosks, clerks and boards, and what they noted.

They send as the pages do: under one key until they are answered, after pauses that grow, and a
board goes on from the version it knows. Beside those who insist there are visitors who walk away
from a kiosk that does not answer, and a network that delivers each request three times at once.
"""

import json
import random
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from http.client import HTTPException
from itertools import cycle
from typing import Any

from app.replay.command import read_journal
from app.replay.days import SHIPPED, read_day
from app.replay.follow import Change, Follower
from app.replay.rebuilt import CALLED, TAKEN, Row
from app.replay.rest import Caller, ServerGone, Tally
from office.ready import SERVICES
from tools.faults.history import PUT_BACK, Anew, Answer, Board, History, Shown, Wish

CODES = [each[0] for each in SERVICES]
#: Seconds one sending may take, as with the pages.
PATIENCE = 8.0
#: Seconds after which who insists gives up, which is a finding.
INSISTENCE = 60.0
#: The first pause (s) between two sendings, and the longest; the pages begin with 0.6 and end at 3.
PAUSE, LONGEST_PAUSE = 0.1, 1.0
#: How likely a visitor walks away from a kiosk that did not answer at once, and a clerk puts a
#: number back into the line.
WALKS_AWAY, COMES_BACK = 0.3, 0.1
#: Seconds a clerk waits for the next visitor before looking anyway.
IDLE = 0.4
#: Seconds that boards get to show the newest version once nothing is broken any more.
LAST_CALL = 30.0


@dataclass(frozen=True)
class Party:
    """How many take part, and how quickly the day goes by."""

    #: The counters at work: their numbers and what each serves.
    counters: Mapping[int, Sequence[str]] = field(
        default_factory=lambda: {1: ("A", "D"), 3: ("C", "G"), 5: ("K", "J"), 7: ("L", "M")}
    )
    kiosks: int = 2
    boards: int = 3
    #: How often each request is sent, at once.
    copies: int = 1
    #: Seconds between two visitors of one kiosk, on average.
    pace: float = 0.08


class Client:
    """One kiosk or clerk at an installation. Not for several threads."""

    def __init__(
        self, urls: Sequence[str], token: str, wishes: list[Wish], copies: int = 1
    ) -> None:
        self._lanes = [
            Caller(url, token, Tally(), PATIENCE) for url, _ in zip(cycle(urls), range(copies))
        ]
        self._wishes = wishes

    def ask(
        self, kind: str, where: str | int, path: str, body: Any, *, insisted: bool = True
    ) -> Answer | None:
        """Send a change until it is answered, or until its sender gives up; return the answer."""
        wish = Wish(kind, where, time.monotonic(), insisted=insisted)
        self._wishes.append(wish)
        sent, key, pause = json.dumps(body).encode(), uuid.uuid4().hex, PAUSE
        while True:
            wish.sendings += 1
            answers = self._send(path, sent, key)
            wish.answers += answers
            final = [each for each in answers if each.done or each.refused]
            if final:
                return final[0]
            if not insisted or time.monotonic() - wish.began > INSISTENCE:
                return None
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def close(self) -> None:
        """Go home."""
        for lane in self._lanes:
            lane.close()

    def _send(self, path: str, body: bytes, key: str) -> list[Answer]:
        """Send a request, over all lanes at once; return what came back."""
        if len(self._lanes) == 1:
            told = [self._once(self._lanes[0], path, body, key)]
        else:
            with ThreadPoolExecutor(len(self._lanes)) as pool:
                told = list(pool.map(lambda lane: self._once(lane, path, body, key), self._lanes))
        return [each for each in told if each is not None]

    @staticmethod
    def _once(lane: Caller, path: str, body: bytes, key: str) -> Answer | None:
        try:
            status, told = lane.once("POST", path, body, key)
        except (OSError, HTTPException):
            lane.close()
            return None
        ticket = told.get("ticket") if "ticket" in told else told
        label = ticket.get("label") if isinstance(ticket, dict) else None
        return Answer(time.monotonic(), status, label, str(told.get("code", "")))


class Office:
    """The office at work: everybody in a thread of its own, until they are told to stop."""

    def __init__(
        self,
        urls: Sequence[str],
        tokens: Mapping[str, Any],
        party: Party,
        chance: random.Random,
        screens: Sequence[str] = (),
        before_boards: AbstractContextManager[None] | None = None,
        known: list[Row] | None = None,
    ) -> None:
        """Set up; `known` is the journal of an earlier use, to which that of this is added."""
        self._urls = urls
        self._tokens = tokens
        self._party = party
        self._chance = chance
        #: Where the boards hang.
        self._before_boards = before_boards or nullcontext()
        self._known = known if known is not None else []
        self.wishes: list[Wish] = []
        self.boards: list[Board] = []
        self._hung: list[Callable[[], Follower]] = []
        self._followers: list[Follower] = []
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._waiting = dict.fromkeys(party.counters, 0)
        self._kiosks = [self._kiosk(turn) for turn in range(party.kiosks)]
        self._clerks = [self._clerk(number) for number in party.counters]
        for turn, url in zip(range(party.boards), cycle(screens or urls)):
            self._hang(f"board {turn + 1}", url)
        self.since = 0

    def open(self) -> None:
        """Let the boards come up, and then everybody begin."""
        with self._before_boards:
            self._followers = [brought_up(make) for make in self._hung]
        self.since = max((each.version for each in self._followers), default=0)
        for thread in (*self._kiosks, *self._clerks):
            thread.start()

    def close(self) -> History:
        """Let everybody finish and the boards come to rest; return what was seen."""
        self._stopping.set()
        for thread in (*self._kiosks, *self._clerks):
            thread.join()
        rows = self._known
        rows += self._journal(rows[-1]["version"] if rows else 0)
        newest = rows[-1]["version"] if rows else 0
        end = time.monotonic() + LAST_CALL
        for follower in self._followers:
            follower.reach(newest, max(end - time.monotonic(), 0.1))
        for follower in self._followers:
            follower.leave()
        for follower in self._followers:
            follower.close()
        return History(rows, self.wishes, self.boards, self.since)

    def _journal(self, after: int) -> list[Row]:
        manager = Caller(self._urls[0], self._tokens["manager"], Tally())
        try:
            return read_journal(manager, after)
        finally:
            manager.close()

    def _hang(self, name: str, url: str) -> None:
        board = Board(name)

        def anew(told: dict[str, Any]) -> None:
            board.words.append(Anew(time.monotonic(), int(told["version"])))

        def show(change: Change) -> None:
            board.words.append(Shown(time.monotonic(), int(change["version"]), change))

        self.boards.append(board)
        auth = {"token": self._tokens["screen"]}
        self._hung.append(lambda: Follower(url, "/display", auth, anew, show))

    def _kiosk(self, turn: int) -> threading.Thread:
        chance = random.Random(self._chance.random())
        client = Client(self._urls, self._tokens["kiosk"], self.wishes, self._party.copies)
        codes = sorted({code for codes in self._party.counters.values() for code in codes})
        mine = visitors(codes[turn :: self._party.kiosks], chance)

        def work() -> None:
            for code in mine:
                if self._stopping.wait(chance.expovariate(1 / self._party.pace)):
                    break
                insisted = chance.random() > WALKS_AWAY
                client.ask(TAKEN, code, "/tickets", {"service": code}, insisted=insisted)
                with self._changed:
                    for number, codes in self._party.counters.items():
                        self._waiting[number] += code in codes
                    self._changed.notify_all()
            client.close()

        return threading.Thread(target=work, daemon=True, name=f"kiosk {turn + 1}")

    def _clerk(self, number: int) -> threading.Thread:
        chance = random.Random(self._chance.random())
        token = self._tokens["clerks"][str(number)]
        client = Client(self._urls, token, self.wishes, self._party.copies)
        place = f"/counters/{number}"

        def work() -> None:
            while not self._stopping.is_set():
                with self._changed:
                    self._changed.wait_for(lambda: self._waiting[number] > 0, IDLE)
                    self._waiting[number] = max(self._waiting[number] - 1, 0)
                answer = client.ask(CALLED, number, f"{place}/finish-and-next", {})
                if answer and answer.label and chance.random() < COMES_BACK:
                    client.ask(PUT_BACK, number, f"{place}/put-back", {})
            client.close()

        return threading.Thread(target=work, daemon=True, name=f"clerk {number}")


def brought_up(make: Callable[[], Follower]) -> Follower:
    """Return a board that is connected, however often that has to be tried. Raises ServerGone."""
    end = time.monotonic() + LAST_CALL
    while True:
        follower = make()
        try:
            follower.connect()
        except ServerGone:
            if time.monotonic() > end:
                raise
            time.sleep(PAUSE)
        else:
            return follower


def visitors(codes: Sequence[str], chance: random.Random) -> Iterator[str]:
    """Yield what the visitors of the recorded day come for, in their order, day after day."""
    came = sorted(read_day(SHIPPED).visitors, key=lambda each: each.arrived)
    groups = sorted({each.group for each in came})
    begin = chance.randrange(len(came))
    for visitor in cycle(came[begin:] + came[:begin]):
        yield codes[groups.index(visitor.group) % len(codes)]


@contextmanager
def at_work(office: Office) -> Iterator[Office]:
    """Open an office; whoever still works at the end of a failure is told to stop."""
    try:
        office.open()
        yield office
    finally:
        office._stopping.set()
