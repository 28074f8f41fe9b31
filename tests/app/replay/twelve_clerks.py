"""Twelve scripted clerks who live a recorded day with every verb there is, by their own clock."""

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlalchemy import select

from app.replay.days import Day, Visitor
from app.sample import SERVICES
from office import (
    aside,
    calling,
    desks,
    early,
    holding,
    moment,
    notes,
    outages,
    pausing,
    reception,
    serving,
    suspensions,
    taking_over,
    undoing,
)
from office.errors import OfficeError
from office.people import RIGHTS, Account, Actor, Role
from office.place import Counter as Desk
from office.place import CounterService, Office, service_named
from office.tickets import Ticket
from storage.work import Work
from tests.houses import Staffed

CLERKS = 12
CODES = [each[0] for each in SERVICES]


@dataclass
class TwelveClerks:
    """The day as it is lived."""

    staffed: Staffed
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
        self._start = self.staffed.clock.moment
        self._first = self.day.visitors[0].arrived
        self._over = False
        with self.staffed.store.read() as work:
            accounts = work.session.execute(
                select(Account.id, Account.username)
                .where(Account.office_id == self.staffed.office_id)
                .order_by(Account.id)
            ).all()
        self._names = [each.username for each in accounts[:CLERKS]]
        self._clerks = {
            number: Actor(
                f"account:{account.id}",
                self.staffed.office_id,
                Role.SUPERVISOR,
                RIGHTS[Role.SUPERVISOR],
                account_id=account.id,
            )
            for number, account in enumerate(accounts[: CLERKS + 1], start=1)
        }
        self._relief = self._clerks.pop(CLERKS + 1)

    def live(self) -> None:
        """Live the day to its end, close it, and begin the next."""
        self.staffed.in_turn(self._two_more_counters)
        groups = sorted(self.day.groups)
        for visitor in self.day.visitors:
            code = CODES[groups.index(visitor.group) % len(CODES)]
            self._at(visitor.arrived, partial(self._arrive, visitor, code))
        for number in self._clerks:
            self._at(self._first + number, partial(self._free, number))
        last = max(each.arrived for each in self.day.visitors)
        half = (self._first + last) / 2
        self._at(half, lambda: self._floor("outage", outages.begin, outages.Need.INK))
        self._at(half + 900, lambda: self._floor("outage over", outages.end, outages.Need.INK))
        self._at(half, lambda: self._floor("suspend", suspensions.suspend, "F", {}))
        self._at(half + 600, lambda: self._floor("resume service", suspensions.resume, "F"))
        wish = early.Wish(early.Reason.POWER, early.Fate.RETURN, self._moment(last + 1500))
        self._at(half + 1200, lambda: self._floor("close early", early.close, wish))
        self._at(half + 1500, lambda: self._floor("open again", early.open_again))
        self._at(last, lambda: self._floor("close early", early.close, wish))
        self._at(last + 1800, self._end)
        while self._events:
            moment, _serial, deed = heapq.heappop(self._events)
            self.staffed.clock.moment = self._moment(moment)
            deed()

    def _moment(self, second: float) -> datetime:
        """Return the moment of a second of the recorded day."""
        return self._start + timedelta(seconds=second - self._first)

    # --- visitors -----------------------------------------------------------------------------

    def _arrive(self, visitor: Visitor, code: str) -> None:
        priority = "priority" if visitor.priority or self.chance.random() < 0.08 else None
        label = self._do("take", lambda: self.staffed.take(code, priority))
        if label is None:
            return
        self.taken.append(label)
        self._visitors[label] = visitor
        if self.chance.random() < 0.06:
            verb, name = self.chance.choice(
                [(holding.step_back, "step back"), (reception.cancel, "cancel by phone")]
            )
            self._in(400, lambda: self._holder(name, verb, label))

    def _holder(self, name: str, verb: Callable[..., Any], label: str) -> None:
        def act(work: Work, office: Office) -> None:
            ticket = work.session.scalars(
                select(Ticket).where(Ticket.office_id == office.id, Ticket.label == label)
            ).one()
            holder = Actor(f"ticket:{ticket.id}", office.id, Role.KIOSK, frozenset())
            verb(work, office, holder, self.staffed.clock.now(), ticket)

        self._do(name, lambda: self.staffed.in_turn(act))

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
            self._in(60, lambda: self._free(number))
        else:
            self._in(self.chance.uniform(10, 40), lambda: self._come(number, label))

    def _come(self, number: int, label: str) -> None:
        """See whether whoever was called comes."""
        dice = self.chance.random()
        if dice < 0.12:
            self._verb(number, "recall", calling.recall)
        if dice < 0.07:
            self._verb(number, "no-show", calling.no_show)
            if dice < 0.02:
                self._in(200, lambda: self._holder("rejoin by phone", holding.rejoin, label))
            elif dice < 0.06:
                self._in(200, lambda: self._label(number, "rejoin", aside.rejoin, label))
            self._in(5, lambda: self._free(number))
        elif dice > 0.97:
            self._verb(number, "put back", calling.put_back)
            self._in(5, lambda: self._free(number))
        else:
            self._verb(number, "start", serving.start)
            served = self._visitors[label].served_for if label in self._visitors else 300
            self._in(max(served, 20), lambda: self._served(number, label))

    def _served(self, number: int, label: str) -> None:
        """End the visit in one of its ways."""
        dice = self.chance.random()
        other = self.chance.choice(CODES)
        colleague = self.chance.randrange(1, CLERKS + 1)
        ways: list[tuple[float, str, Callable[[desks.Desk], Any]]] = [
            (0.05, "transfer to service", lambda desk: serving.transfer(desk, other, None)),
            (0.08, "transfer to counter", lambda desk: serving.transfer(desk, None, colleague)),
            (
                0.10,
                "transfer to clerk",
                lambda desk: serving.transfer_to_clerk(desk, self._names[colleague - 1]),
            ),
            (0.14, "hold", aside.hold),
            (0.20, "finish", lambda desk: self._sent_away(number, desk)),
            (0.24, "finish", lambda desk: serving.finish(desk, "come_back")),
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
        waiting = self.chance.choice(self.taken[-6:])
        if 0.75 < dice < 0.81:
            self._label(
                number,
                "priority",
                lambda desk, at: serving.set_priority(desk, at, "priority"),
                waiting,
            )
        elif 0.81 < dice < 0.87:
            self._label(number, "cancel", aside.cancel, waiting)
        for share, name, verb in ways:
            if dice < share:
                self._verb(number, name, verb)
                if name == "hold":
                    self._in(300, lambda: self._label(number, "resume", aside.resume, label))
                self._in(5, lambda: self._free(number))
                return
        called = self._verb(number, "finish and next", serving.finish_and_next)
        if dice > 0.93:
            self.staffed.clock.advance(seconds=2)
            self._verb(number, "undo", undoing.undo)
            called = self._verb(number, "finish and next", serving.finish_and_next)
        self._called(number, called)

    def _sent_away(self, number: int, desk: desks.Desk) -> Ticket:
        """Send a visitor away for papers, who comes back with the slip within the hour."""
        said = serving.finish(desk, "documents_incomplete", [0])
        code = desk.granted[0].code
        self._in(1500, lambda: self._admitted(number, code))
        return said

    def _admitted(self, number: int, code: str) -> None:
        label = self._verb(number, "return slip", lambda desk: aside.admit(desk, code))
        if label is not None:
            self.taken.append(label)

    # --- the office ---------------------------------------------------------------------------

    def _end(self) -> None:
        self._over = True
        self._do("close of day", self.staffed.close_day)
        self.staffed.clock.advance(days=1)
        self._do("next day", lambda: self.staffed.in_turn(lambda work, office: None))
        self._events.clear()

    def _floor(self, name: str, verb: Callable[..., Any], *values: Any) -> None:
        manager = self.staffed.actors["manager"]
        self._do(
            name,
            lambda: self.staffed.in_turn(
                lambda work, office: verb(work, office, manager, self.staffed.clock.now(), *values)
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
            now = self.staffed.clock.now()
            said = verb(desks.desk_at(work, office, actor or self._clerks[number], now, number))
            about = said[0] if isinstance(said, tuple) else said
            return about.label if isinstance(about, Ticket) else None

        return self._do(name, lambda: self.staffed.in_turn(act))

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
        now = (self.staffed.clock.now() - self._start).total_seconds() + self._first
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


def _say_needs(desk: desks.Desk) -> Ticket:
    """Note that the visitor at the counter wants to be written to."""
    ticket = desks.current(desk)
    moment.set_needs(desk.work, desk.office, ticket, [moment.Need.WRITE])
    return ticket
