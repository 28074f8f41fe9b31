"""Twelve scripted clerks who live a recorded day with every verb there is, by their own clock."""

import heapq
import random
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count, cycle
from typing import Any

from sqlalchemy import ColumnElement, select

from app.replay.days import Day, Visitor
from office import (
    aside,
    calling,
    carrying,
    changing,
    closing,
    desks,
    early,
    holding,
    moment,
    notes,
    outages,
    pausing,
    receiving,
    reception,
    reprinting,
    serving,
    suspensions,
    taking_over,
    undoing,
)
from office.errors import OfficeError
from office.people import RIGHTS, Account, Actor, Role
from office.place import Counter as Desk
from office.place import CounterService, Office, Service, service_named
from office.ready import SERVICES
from office.tickets import Ticket
from office.turn import take_turn
from storage.work import Store, Work

CLERKS = 12
CODES = [each[0] for each in SERVICES]
#: What is done by each address of a counter, under the names by which the clerks count.
AT_A_COUNTER = {
    "open": {"sign on"},
    "close": {"sign off"},
    "next": {"next"},
    "call": {"call this one"},
    "walk-in": {"walk-in"},
    "recall": {"recall"},
    "start": {"start"},
    "no-show": {"no-show"},
    "put-back": {"put back"},
    "finish": {"finish"},
    "finish-and-next": {"finish and next"},
    "transfer": {"transfer to service", "transfer to counter", "transfer to clerk"},
    "hold": {"hold"},
    "resume": {"resume"},
    "rejoin": {"rejoin"},
    "return": {"return slip"},
    "further": {"further service"},
    "note": {"note"},
    "priority": {"priority"},
    "cancel": {"cancel"},
    "undo": {"undo"},
    "pause": {"pause"},
    "back": {"back"},
    "desk-work": {"desk work"},
    "help": {"help"},
    "take-over": {"take over"},
    "needs": {"needs"},
}
#: The verbs of who holds a number and of the reception, and of the floor.
BESIDE = {
    *("take", "issue for others", "step back", "rejoin by phone", "cancel by phone"),
    *("change service by phone", "change service", "cancel at reception", "rejoin at reception"),
    *("reprint", "go home"),
}
OF_THE_FLOOR = {
    *("outage", "outage over", "suspend", "resume service", "close early", "open again"),
    *("send home", "tell codes", "close of day", "next day"),
}
VERBS = set().union(*AT_A_COUNTER.values()) | BESIDE | OF_THE_FLOOR


@dataclass
class Stage:
    """The office in which a day is lived, and its clock, which moves only when told."""

    store: Store
    office_id: int
    moment: datetime
    #: Who takes numbers, receives and manages.
    kiosk: Actor
    desk: Actor
    manager: Actor

    def in_turn(self, act: Callable[[Work, Office], Any]) -> Any:
        """Do `act` within the office's turn."""
        with self.store.work() as work:
            return act(work, take_turn(work, self.office_id, self.moment))


@dataclass
class TwelveClerks:
    """The day as it is lived."""

    stage: Stage
    day: Day
    chance: random.Random
    #: How often each verb was done, and how often which refusal was met.
    verbs: Counter[str] = field(default_factory=Counter)
    refusals: Counter[str] = field(default_factory=Counter)
    taken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._serial = count()
        self._visitors: dict[str, Visitor] = {}
        self._start = self.stage.moment
        self._first = self.day.visitors[0].arrived
        self._over = False
        #: What visitors ask for beside the counters, each in its turn until it could be done.
        self._wishes: deque[tuple[str, Callable[..., Any]]] = deque(
            [
                ("step back", holding.step_back),
                ("change service", self._changed(changing.change_service)),
                ("reprint", reprinting.renew_secret),
                ("cancel by phone", reception.cancel),
                ("change service by phone", self._changed(holding.change_service)),
                ("cancel at reception", reception.cancel),
            ]
        )
        self._endings = count()
        self._ways_back = cycle(["rejoin by phone", "rejoin at reception", "rejoin"])
        with self.stage.store.read() as work:
            accounts = work.session.execute(
                select(Account.id, Account.username)
                .where(Account.office_id == self.stage.office_id)
                .order_by(Account.id)
            ).all()
        self._names = [each.username for each in accounts[:CLERKS]]
        self._clerks = {
            number: Actor(
                f"account:{account.id}",
                self.stage.office_id,
                Role.SUPERVISOR,
                RIGHTS[Role.SUPERVISOR],
                account_id=account.id,
            )
            for number, account in enumerate(accounts[: CLERKS + 1], start=1)
        }
        self._relief = self._clerks.pop(CLERKS + 1)

    def live(self) -> None:
        """Live the day to its end, close it, and begin the next."""
        self.stage.in_turn(self._two_more_counters)
        groups = sorted(self.day.groups)
        for visitor in self.day.visitors:
            code = CODES[groups.index(visitor.group) % len(CODES)]
            self._at(visitor.arrived, partial(self._arrive, visitor, code))
        for number in self._clerks:
            self._at(self._first + number, partial(self._free, number))
        last = max(each.arrived for each in self.day.visitors)
        half = (self._first + last) / 2
        need = outages.Need.NATIONAL_DATABASE
        self._at(half, lambda: self._floor("outage", outages.begin, need))
        self._at(half + 300, self._go_home)
        self._at(half + 900, lambda: self._floor("outage over", outages.end, need))
        self._at(half, lambda: self._floor("suspend", suspensions.suspend, "F", {}))
        self._at(half + 600, lambda: self._floor("resume service", suspensions.resume, "F"))
        wish = early.Wish(early.Reason.POWER, early.Fate.RETURN, self._moment(last + 1500))
        self._at(half + 1200, lambda: self._floor("close early", early.close, wish))
        self._at(half + 1500, lambda: self._floor("open again", early.open_again))
        self._at(last, lambda: self._floor("close early", early.close, wish))
        self._at(last + 1200, lambda: self._floor("send home", early.send_home))
        self._at(last + 1260, lambda: self._floor("tell codes", early.tell_codes))
        self._at(last + 1800, self._end)
        while self._events:
            moment, _serial, deed = heapq.heappop(self._events)
            self.stage.moment = self._moment(moment)
            deed()

    def _moment(self, second: float) -> datetime:
        """Return the moment of a second of the recorded day."""
        return self._start + timedelta(seconds=second - self._first)

    # --- visitors -----------------------------------------------------------------------------

    def _arrive(self, visitor: Visitor, code: str) -> None:
        priority = "priority" if visitor.priority or self.chance.random() < 0.08 else None
        name, actor = "take", self.stage.kiosk
        if self.chance.random() < 0.05:
            name, actor = "issue for others", self.stage.desk

        def take(work: Work, office: Office) -> str:
            now = self.stage.moment
            return reception.take(work, office, actor, now, code, priority)[0].label

        label = self._do(name, lambda: self.stage.in_turn(take))
        if label is None:
            return
        self.taken.append(label)
        self._visitors[label] = visitor
        if self.chance.random() < 0.12:
            self._in(5, self._wish)

    def _wish(self) -> None:
        for label in self._waiting()[:1]:
            before = self.verbs.total()
            self._beside(*self._wishes[0], label)
            if self.verbs.total() > before:
                self._wishes.rotate(-1)

    def _changed(self, verb: Callable[..., Any]) -> Callable[..., Any]:
        """Return a verb that lets a number wait for another service."""
        return lambda *about: verb(*about, self.chance.choice(CODES))

    def _beside(self, name: str, verb: Callable[..., Any], label: str) -> None:
        """Do what the reception does about a number, or its holder by phone."""

        def act(work: Work, office: Office) -> None:
            ticket = work.session.scalars(
                select(Ticket).where(Ticket.office_id == office.id, Ticket.label == label)
            ).one()
            holder = Actor(f"ticket:{ticket.id}", office.id, Role.KIOSK, frozenset())
            by_phone = name.endswith("by phone") or name == "step back"
            actor = holder if by_phone else self.stage.desk
            verb(work, office, actor, self.stage.moment, ticket)

        self._do(name, lambda: self.stage.in_turn(act))

    def _go_home(self) -> None:
        """Let some who wait for what stands still come back on another day, or give up."""
        tired = self._waiting(Service.stopped_since.is_not(None))
        for label in tired[:3]:
            self._beside("go home", carrying.leave, label)
        for label in tired[3:5]:
            self._label(1, "cancel", aside.cancel, label)

    def _waiting(self, *only: ColumnElement[bool]) -> list[str]:
        """Return the numbers of those waiting, the newest first."""
        with self.stage.store.read() as work:
            return list(
                work.session.scalars(
                    select(Ticket.label)
                    .join(Service, Service.id == Ticket.service_id)
                    .where(
                        Ticket.office_id == self.stage.office_id, Ticket.status == "waiting", *only
                    )
                    .order_by(Ticket.id.desc())
                )
            )

    # --- clerks -------------------------------------------------------------------------------

    def _free(self, number: int) -> None:
        """Call somebody, or do something else for a while."""
        if self._over:
            return
        dice = self.chance.random()
        if dice < 0.03:
            self._verb(number, "pause", lambda desk: pausing.pause(desk, _SHORT, 5))
            self._in(300, lambda: self._verb(number, "back", pausing.come_back))
            self._in(301, lambda: self._free(number))
            return
        if dice < 0.05:
            self._verb(number, "desk work", lambda desk: pausing.set_desk_work(desk, True))
            self._verb(number, "desk work", lambda desk: pausing.set_desk_work(desk, False))
        if dice < 0.07:
            self._verb(number, "sign off", desks.close_counter)
            self._verb(number, "sign on", desks.open_counter)
        elif dice < 0.08:
            self._verb(number, "take over", taking_over.take_over, self._relief)
            self._verb(number, "take over", taking_over.take_over)
        if dice > 0.97:
            code = self.chance.choice(CODES)
            label = self._verb(
                number, "walk-in", lambda desk: calling.serve_walk_in(desk, code, "document_ready")
            )
            if label is not None:
                self.taken.append(label)
        elif dice > 0.93 and self.taken:
            chosen = self.chance.choice(self.taken[-20:])
            label = self._verb(
                number, "call this one", lambda desk: calling.call_ticket(desk, chosen, "ordered")
            )
        else:
            label = self._verb(number, "next", calling.call_next)
        self._called(number, label)

    def _called(self, number: int, label: str | None) -> None:
        if label is None:
            self._in(90, lambda: self._free(number))
        else:
            self._in(self.chance.uniform(10, 40), lambda: self._come(number, label))

    def _come(self, number: int, label: str) -> None:
        """See whether whoever was called comes."""
        dice = self.chance.random()
        if dice < 0.12:
            self._verb(number, "recall", calling.recall)
        if dice < 0.07:
            self._verb(number, "no-show", calling.no_show)
            if dice < 0.06:
                self._in(200, partial(self._comes_after_all, number, label))
            self._in(5, lambda: self._free(number))
        elif dice > 0.97:
            self._verb(number, "put back", calling.put_back)
            self._in(5, lambda: self._free(number))
        else:
            self._verb(number, "start", serving.start)
            served = self._visitors[label].served_for if label in self._visitors else 300
            self._in(max(served, 20), lambda: self._served(number, label))

    def _comes_after_all(self, number: int, label: str) -> None:
        way = next(self._ways_back)
        if way == "rejoin":
            self._label(number, way, aside.rejoin, label)
        else:
            verb = receiving.rejoin if way == "rejoin at reception" else holding.rejoin
            self._beside(way, verb, label)

    def _served(self, number: int, label: str) -> None:
        """End the visit in one of its ways."""
        dice = self.chance.random()
        other = self.chance.choice(CODES)
        colleague = self.chance.randrange(1, CLERKS + 1)
        ways: list[tuple[str, Callable[[desks.Desk], Any]]] = [
            ("finish", lambda desk: self._sent_away(number, desk)),
            ("hold", aside.hold),
            ("transfer to service", lambda desk: serving.transfer(desk, other, None)),
            ("finish", lambda desk: serving.finish(desk, "come_back")),
            ("transfer to counter", lambda desk: serving.transfer(desk, None, colleague)),
            (
                "transfer to clerk",
                lambda desk: serving.transfer_to_clerk(desk, self._names[colleague - 1]),
            ),
        ]
        if dice > 0.96:
            self._verb(number, "further service", lambda desk: serving.add_service(desk, other))
        elif dice > 0.93:
            self._label(
                number, "note", lambda desk, at: notes.add_note(desk, at, "map biru"), label
            )
        elif dice > 0.9:
            self._verb(number, "help", pausing.call_help)
        elif dice > 0.87:
            self._verb(number, "needs", _say_needs)
        if 0.75 < dice < 0.87:
            said = ("cancel", aside.cancel) if dice > 0.81 else ("priority", _first)
            for waiting in self._waiting()[:1]:
                self._label(number, *said, waiting)
        if dice < 0.24:
            name, verb = ways[next(self._endings) % len(ways)]
            self._verb(number, name, verb)
            if name == "hold":
                self._in(300, lambda: self._label(number, "resume", aside.resume, label))
            self._in(5, lambda: self._free(number))
            return
        called = self._verb(number, "finish and next", serving.finish_and_next)
        if dice > 0.93:
            self.stage.moment += timedelta(seconds=2)
            self._verb(number, "undo", undoing.undo)
            called = self._verb(number, "finish and next", serving.finish_and_next)
        self._called(number, called)

    def _sent_away(self, number: int, desk: desks.Desk) -> Ticket:
        """Send a visitor away for papers, who comes back with the slip within the hour."""
        said = serving.finish(desk, "documents_incomplete", [0])
        code = desk.granted[0].code
        self._in(900, lambda: self._admitted(number, code))
        return said

    def _admitted(self, number: int, code: str) -> None:
        label = self._verb(number, "return slip", lambda desk: aside.admit(desk, code))
        if label is not None:
            self.taken.append(label)
        elif not self._over:
            self._in(300, lambda: self._admitted(number, code))

    # --- the office ---------------------------------------------------------------------------

    def _end(self) -> None:
        self._over = True
        self._floor("close of day", closing.close_day)
        self.stage.moment += timedelta(days=1)
        self._do("next day", lambda: self.stage.in_turn(lambda work, office: None))
        self._events.clear()

    def _floor(self, name: str, verb: Callable[..., Any], *values: Any) -> None:
        manager = self.stage.manager
        self._do(
            name,
            lambda: self.stage.in_turn(
                lambda work, office: verb(work, office, manager, self.stage.moment, *values)
            ),
        )

    def _label(self, number: int, name: str, verb: Callable[..., Any], label: str) -> None:
        self._verb(number, name, lambda desk: verb(desk, label))

    def _verb(
        self,
        number: int,
        name: str,
        verb: Callable[[desks.Desk], Any],
        actor: Actor | None = None,
    ) -> Any:
        def act(work: Work, office: Office) -> Any:
            now = self.stage.moment
            said = verb(desks.desk_at(work, office, actor or self._clerks[number], now, number))
            about = said[0] if isinstance(said, tuple) else said
            return about.label if isinstance(about, Ticket) else None

        return self._do(name, lambda: self.stage.in_turn(act))

    def _do(self, name: str, deed: Callable[[], Any]) -> Any:
        try:
            said = deed()
        except OfficeError as refusal:
            self.refusals[refusal.code] += 1
            return None
        self.verbs[name] += 1
        return said

    def _at(self, moment: float, deed: Callable[[], None]) -> None:
        heapq.heappush(self._events, (moment, next(self._serial), deed))

    def _in(self, seconds: float, deed: Callable[[], None]) -> None:
        now = (self.stage.moment - self._start).total_seconds() + self._first
        self._at(now + seconds, deed)

    def _two_more_counters(self, work: Work, office: Office) -> None:
        """Add counters 11 and 12, which prefer some services and help out with others."""
        for number, terms in ((11, {"A": (0, None), "K": (1, None)}), (12, {"C": (0, 10)})):
            counter = Desk(office_id=office.id, number=number)
            work.session.add(counter)
            work.session.flush()
            for code, (first, after) in terms.items():
                work.session.add(
                    CounterService(
                        counter_id=counter.id,
                        service_id=service_named(work, office.id, code).id,
                        preference=first,
                        helps_after_min=after,
                    )
                )


_SHORT = pausing.PauseReason.SHORT


def _first(desk: desks.Desk, label: str) -> Ticket:
    """Let a visitor go first for a reason that can be seen."""
    return serving.set_priority(desk, label, "priority")


def _say_needs(desk: desks.Desk) -> Ticket:
    """Note that the visitor at the counter wants to be written to."""
    ticket = desks.current(desk)
    moment.set_needs(desk.work, desk.office, ticket, [moment.Need.WRITE])
    return ticket
