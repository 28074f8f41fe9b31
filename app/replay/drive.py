"""The driver: kiosk, clerks, screens and phones of a recorded day, each in a thread of its own.

Threads and not one gevent loop: a call is stamped when the kernel wakes the screen's thread, with
only the interpreter's lock between, whose turns are made short; in one loop the stamp would wait
for whatever callback runs, and the driver's own work would count as the server's delay.
"""

import contextlib
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.replay.check import Called, Polled
from app.replay.clock import Clock, FastClock, ScaledClock, Seat
from app.replay.days import Day, Visitor
from app.replay.follow import Change, Follower
from app.replay.mapping import Dealer
from app.replay.rest import Answer, Caller, Refused, ServerGone, Tally

#: Recorded seconds after a call in which somebody who left does not come, before the no-show.
NO_SHOW_AFTER = 15.0
#: Every so manieth ticket and call is sent twice with its key, as on a shaky network.
AGAIN = 10
#: Seconds between two polls of a place in line, at full speed and otherwise (a server may limit
#: how often one ticket is asked after); how many tickets are followed at a time, and from which
#: place on, so that there is something to follow.
POLL = 0.05
POLL_GENTLY = 0.25
FOLLOWED = 3
FROM_PLACE = 2
#: Seconds the screens get to show the last call.
LAST_CALL = 10.0
#: Seconds a thread may run before another gets its turn.
SWITCH = 0.0005

REFUSALS = ("quota_spent", "numbers_spent", "service_suspended", "office_closed")


class CannotReplay(Exception):
    """The server or its office is not one this day can be replayed at; the message says why."""


@dataclass(frozen=True)
class Plan:
    """What is to be replayed, where, and by whom."""

    url: str
    tokens: Mapping[str, Any]
    day: Day
    #: Working counters, with the codes of what each serves.
    served: Mapping[int, Sequence[str]]
    divided: Mapping[str, Mapping[str, float]]
    #: Class for the recording's preferred visitors, if the office has one.
    priority: str | None
    screens: int
    #: Times the machine's clock; None is as fast as the server answers.
    speed: float | None


@dataclass
class Log:
    """All that was seen while driving."""

    given: list[str] = field(default_factory=list)
    calls: list[Called] = field(default_factory=list)
    polls: list[Polled] = field(default_factory=list)
    #: Recorded seconds from arrival to call of everybody who was served.
    waits: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    tally: Tally = field(default_factory=Tally)
    #: How often the clock went on without having heard from a clerk's socket.
    unheard: int = 0
    elapsed: float = 0.0


@dataclass(frozen=True)
class _Visit:
    visitor: Visitor
    token: str
    position: int


class Floor:
    """What kiosk, clerks and phones share: the clock, who holds which ticket, and the end."""

    def __init__(self, plan: Plan, clock: Clock, log: Log) -> None:
        self.plan = plan
        self.clock = clock
        self.log = log
        self.clerks: list[Clerk] = []
        self.failure: Exception | None = None
        self.done = threading.Event()
        self._visits: dict[str, _Visit] = {}
        self._changed = threading.Condition()

    def given(self, label: str, visit: _Visit) -> None:
        """Note who was given a ticket."""
        with self._changed:
            self.log.given.append(label)
            self._visits[label] = visit
            self._changed.notify_all()

    def visitor_with(self, label: str) -> Visitor | None:
        """Return who holds a ticket; None for somebody the replay did not bring."""
        with self._changed:
            self._changed.wait_for(lambda: label in self._visits, timeout=3)
            visit = self._visits.get(label)
        return visit.visitor if visit else None

    def newest_far_back(self) -> tuple[str, str] | None:
        """Return label and token of the newest ticket, if it was given far back in line."""
        with self._changed:
            label = self.log.given[-1] if self.log.given else ""
            visit = self._visits.get(label)
        far = visit is not None and visit.position >= FROM_PLACE
        return (label, visit.token) if visit is not None and far else None

    def failed(self, error: Exception) -> None:
        """Stop everybody."""
        self.failure = self.failure or error
        self.done.set()


class Clerk:
    """A clerk at a counter, who knows of waiting people from the console's socket."""

    def __init__(self, floor: Floor, number: int) -> None:
        plan = floor.plan
        token = plan.tokens["clerks"][str(number)]
        self.number = number
        self.services = frozenset(plan.served[number])
        self._floor = floor
        self._caller = Caller(plan.url, token, floor.log.tally)
        self.follower = Follower(
            plan.url,
            "/counter",
            {"token": token, "counter": number},
            self._on_snapshot,
            self._on_change,
        )
        self._waiting: set[str] = set()
        #: How many were seen to come into this counter's line, and how many at the last asking.
        self._seen = 0
        self._seen_at_asking = -1
        self._idle = False
        self.thread = threading.Thread(target=self._work, daemon=True, name=f"clerk {number}")

    @property
    def wants(self) -> bool:
        """Whether the socket shows somebody to call who was not there at the last asking."""
        return bool(self._waiting) and self._seen != self._seen_at_asking

    def heard(self, version: int) -> bool:
        """Say whether the socket has shown everything up to `version`."""
        return self.follower.version >= version

    def go_home(self) -> None:
        """Close the counter and leave."""
        with contextlib.suppress(Refused, ServerGone):
            self._post("close")
        self._caller.close()
        self.follower.close()

    def _on_snapshot(self, console: Answer) -> None:
        self._waiting = {each["label"] for each in console.get("line", []) if each.get("mine")}
        self._seen += 1
        self._stir()

    def _on_change(self, change: Change) -> None:
        label = change.get("label")
        if label is None:
            return
        if change.get("from") == "waiting":
            self._waiting.discard(label)
        if change.get("to") == "waiting" and self._mine(change):
            self._waiting.add(label)
            self._seen += 1
        self._stir()

    def _mine(self, change: Change) -> bool:
        only = change.get("to_counter")
        return only == self.number if only is not None else change["service"] in self.services

    def _stir(self) -> None:
        if self._idle:
            self._floor.clock.stir()

    def _work(self) -> None:
        floor, clock = self._floor, self._floor.clock
        try:
            while clock.now < floor.plan.day.closes and not floor.done.is_set():
                self._seen_at_asking = self._seen
                try:
                    answer = self._post("next")
                except Refused as refusal:
                    if refusal.code != "line_empty":
                        raise
                    self._idle = True
                    clock.wait(clock.rest(floor.plan.day.closes, self))
                    self._idle = False
                else:
                    self._serve(answer["ticket"]["label"])
        except Exception as error:
            floor.failed(error)
        finally:
            clock.leave()

    def _serve(self, label: str) -> None:
        floor, clock = self._floor, self._floor.clock
        floor.log.calls.append(Called(self.number, label, self._caller.asked_at))
        repeat = len(floor.log.calls) % AGAIN == 0
        visitor = floor.visitor_with(label)
        if visitor is None:
            visitor = Visitor("", clock.now, floor.plan.day.median_service)
        waited = max(clock.now - visitor.arrived, 0.0)
        gone = visitor.patience is not None and waited > visitor.patience
        nap = clock.rest(clock.now + (NO_SHOW_AFTER if gone else visitor.served_for))
        if repeat:
            self._caller.send_again()
        if gone:
            clock.wait(nap)
            self._mark_absent()
            return
        floor.log.waits.append(waited)
        self._post("start")
        clock.wait(nap)
        self._post("finish")

    def _mark_absent(self) -> None:
        """Mark the visitor absent, after as many recalls as the office asks for."""
        while True:
            try:
                self._post("no-show")
            except Refused as refusal:
                if refusal.code != "recall_first":
                    raise
                self._post("recall")
            else:
                return

    def _post(self, verb: str) -> Answer:
        return self._caller.post(f"/counters/{self.number}/{verb}")


class Kiosk:
    """The kiosk, at which visitors take their tickets in the order they came."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._caller = Caller(floor.plan.url, floor.plan.tokens["kiosk"], floor.log.tally)
        self._dealer = Dealer(floor.plan.divided)
        self.thread = threading.Thread(target=self._work, daemon=True, name="kiosk")

    def _work(self) -> None:
        floor, clock = self._floor, self._floor.clock
        try:
            for count, visitor in enumerate(floor.plan.day.visitors, start=1):
                clock.wait(clock.rest(visitor.arrived))
                if floor.done.is_set():
                    break
                self._take(visitor)
                if count % AGAIN == 0:
                    self._caller.send_again()
        except Exception as error:
            floor.failed(error)
        finally:
            self._caller.close()
            clock.leave()

    def _take(self, visitor: Visitor) -> None:
        floor = self._floor
        service = self._dealer.service_for(visitor.group)
        body = {"service": service}
        if visitor.priority and floor.plan.priority:
            body["priority"] = floor.plan.priority
        try:
            answer = self._caller.post("/tickets", body)
        except Refused as refusal:
            if refusal.code not in REFUSALS:
                raise
            if refusal.code == "office_closed" and not floor.log.given:
                raise CannotReplay(
                    "The office gives out no tickets at this hour; "
                    "switch its rehearsal on, in which the hours are not enforced."
                ) from refusal
            floor.log.refused[refusal.code] += 1
            return
        floor.given(answer["label"], _Visit(visitor, answer["token"], answer["position"]))
        seats: list[Seat] = [clerk for clerk in floor.clerks if service in clerk.services]
        floor.clock.owe(answer["version"], seats)


class Phones:
    """Some visitors' phones, which ask for the place in line until it is their turn."""

    def __init__(self, floor: Floor) -> None:
        self._floor = floor
        self._caller = Caller(floor.plan.url, None, floor.log.tally)
        self.thread = threading.Thread(target=self._work, daemon=True, name="phones")

    def _work(self) -> None:
        floor = self._floor
        pause = POLL if floor.plan.speed is None else POLL_GENTLY
        followed: list[tuple[str, str]] = []
        try:
            while not floor.done.wait(pause):
                newest = floor.newest_far_back()
                if newest and newest not in followed and len(followed) < FOLLOWED:
                    followed.append(newest)
                if not followed:
                    continue
                label, token = followed.pop(0)
                state = self._caller.get(f"/tickets/{token}")
                if state["status"] == "waiting" and state["position"] is not None:
                    floor.log.polls.append(Polled(label, state["version"], state["position"]))
                    followed.append((label, token))
        except Exception as error:
            floor.failed(error)
        finally:
            self._caller.close()


def drive(plan: Plan, log: Log) -> list[Follower]:
    """Live the day at the server and return its screens, with what they heard.

    Raises CannotReplay, Refused, SocketRefused or ServerGone.
    """
    switch = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        return _live(plan, log)
    finally:
        sys.setswitchinterval(switch)


def _live(plan: Plan, log: Log) -> list[Follower]:
    start = plan.day.visitors[0].arrived
    screens = [
        Follower(plan.url, "/display", {"token": plan.tokens["screen"]})
        for _ in range(plan.screens)
    ]
    for screen in screens:
        screen.connect()
    clock: Clock = FastClock(start) if plan.speed is None else ScaledClock(start, plan.speed)
    floor = Floor(plan, clock, log)
    floor.clerks = [Clerk(floor, number) for number in sorted(plan.served)]
    for clerk in floor.clerks:
        clerk.follower.connect()
    kiosk, phones = Kiosk(floor), Phones(floor)
    workers = [kiosk.thread, *(clerk.thread for clerk in floor.clerks)]
    for _ in workers:
        clock.enter()
    began = time.monotonic()
    for thread in (*workers, phones.thread):
        thread.start()
    try:
        for thread in workers:
            while thread.is_alive() and floor.failure is None:
                thread.join(0.2)
    finally:
        floor.done.set()
    phones.thread.join(5)
    log.elapsed = time.monotonic() - began
    if isinstance(clock, FastClock):
        log.unheard = clock.unheard
    if floor.failure is not None:
        raise floor.failure
    for clerk in floor.clerks:
        clerk.follower.leave()
    for clerk in floor.clerks:
        clerk.go_home()
    return screens
