"""A small office in plain values, written apart from the real one: what must happen, or why not."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

#: Minutes after which a counter's preference for others no longer counts.
PATIENCE = 30
RATES = {"ordinary": 1.0, "priority": 2.0, "urgent": 3.0}
#: Each service with what it cannot be given without.
NEEDS = {"A": ("network",), "C": ("network", "ink"), "K": ()}
#: The service that may follow another.
FOLLOWS = {"A": "C"}
#: Each outcome, and whether the visitor may come back after it.
OUTCOMES = {"done": False, "documents_incomplete": True, "come_back": True}
#: Who may do what beyond serving; `chief` may act at anybody's counter.
GRANTED = {
    "clerk1": {"out_of_order", "transfer", "priority", "walk_in", "cancel"},
    "clerk2": {"out_of_order", "transfer", "priority", "walk_in"},
    "clerk3": set(),
    "chief": {"out_of_order", "transfer", "priority", "walk_in", "cancel", "anywhere"},
}
AT_COUNTER = ("called", "serving")
ZONE = ZoneInfo("Asia/Makassar")


class No(Exception):
    """The model refuses, with this code."""


@dataclass
class Visit:
    """One ticket."""

    serial: int
    label: str
    day: date
    service: str
    klass: str
    arrived: datetime
    since: datetime
    status: str = "waiting"
    #: Where it is called or served.
    at: int | None = None
    #: The only counter it waits for.
    only: int | None = None
    #: The counter that set it aside while it was called or served there.
    held_at: int | None = None
    further: list[str] = field(default_factory=list)
    recalls: int = 0
    #: When each stretch was called.
    calls: list[datetime | None] = field(default_factory=lambda: [None])
    missed: datetime | None = None
    #: How often the holder asked for more time, and anybody let it rejoin.
    stepped: int = 0
    rejoined: int = 0
    #: Its place is not that of its arrival: it stepped back or rejoined.
    moved: bool = False

    @property
    def rate(self) -> float:
        return RATES[self.klass]


@dataclass(frozen=True)
class Row:
    """One row of the journal."""

    kind: str
    at: datetime
    who: str
    counter: int | None = None
    ticket: tuple[date, str] | None = None
    #: What a call passed, by reason.
    passed: tuple[tuple[str, int], ...] = ()


@dataclass
class Act:
    """The last action at a counter: when, how its tickets stood, and the rows before it."""

    at: datetime
    who: str
    found: dict[tuple[date, str], Visit]
    rows: int


@dataclass
class Post:
    """One counter."""

    number: int
    #: Each service it serves: the preference, and the minutes after which it helps out.
    terms: dict[str, tuple[int, int | None]]
    clerk: str | None = None
    paused: bool = False
    desk_work: bool = False
    act: Act | None = None


@dataclass
class State:
    """Everything that changes."""

    day: date
    visits: dict[tuple[date, str], Visit] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    #: Since when what is missing, in the order it went missing.
    missing: dict[str, datetime] = field(default_factory=dict)
    stopped: dict[str, datetime] = field(default_factory=dict)
    suspended: set[str] = field(default_factory=set)
    #: Who comes first tomorrow: the former ticket and the seconds that count.
    carried: list[tuple[tuple[date, str], int, date]] = field(default_factory=list)


@dataclass
class Model:
    """The office as it has to be."""

    policy: str
    recalls: int
    places: int
    carries: bool
    state: State
    now: datetime

    def attempt(self, verb: Callable[..., Any], *values: Any) -> Any:
        """Do `verb`, wholly or not at all. Raises No."""
        before = deepcopy(self.state)
        try:
            return verb(*values)
        except No:
            self.state = before
            raise

    # --- whose turn it is ---------------------------------------------------------------------

    def waiting(self) -> list[Visit]:
        return [each for each in self.state.visits.values() if each.status == "waiting"]

    def score(self, visit: Visit) -> float:
        """Return the minutes that count: its rate for each, but one for each while stopped."""
        still = self.state.stopped.get(visit.service)
        start = visit.since if still is None else max(visit.since, still)
        if still is None:
            return visit.rate * (self.now - visit.since).total_seconds() / 60
        return visit.rate * _minutes(visit.since, start) + _minutes(start, self.now)

    def line(self) -> list[Visit]:
        """Return all who wait, in calling order, whichever counter calls."""
        first = sorted(self.waiting(), key=lambda each: (each.since, each.serial))
        if self.policy == "first_come":
            return first
        if self.policy == "accumulating":
            return sorted(first, key=lambda each: -self.score(each))
        lowest = min((each.rate for each in first), default=1.0)
        ahead: list[Visit] = []
        behind: list[Visit] = []
        for each in first:
            (behind if each.rate in (1.0, lowest) else ahead).append(each)
        last = [rate > 1 for rate in self._last_rates()]
        order: list[Visit] = []
        while ahead or behind:
            two = len(last) >= 2 and all(last[-2:])
            side = behind if not ahead or (two and behind) else ahead
            last.append(side is ahead)
            order.append(side.pop(0))
        return order

    def _last_rates(self) -> list[float]:
        calls = [
            (at, each.rate)
            for each in self.state.visits.values()
            if each.day == self.state.day
            for at in each.calls
            if at is not None
        ]
        return [rate for _, rate in sorted(calls)][-2:]

    def callable_at(self, post: Post, line: Iterable[Visit] | None = None) -> list[Visit]:
        """Return whom a counter calls, the next one first."""
        best = min(first for first, _ in post.terms.values())
        ranked: list[tuple[int, Visit]] = []
        for each in self.line() if line is None else line:
            waited = _minutes(each.since, self.now)
            if each.service in self.state.stopped:
                continue
            if each.only is not None:
                if each.only == post.number:
                    ranked.append((best, each))
                continue
            if each.service not in post.terms:
                continue
            first, after = post.terms[each.service]
            if after is None or waited >= after:
                ranked.append((best if waited >= PATIENCE else first, each))
        return [each for _, each in sorted(ranked, key=lambda pair: pair[0])]

    def next_at(self, post: Post) -> Visit | None:
        mine = self.callable_at(post)
        return mine[0] if mine else None

    def why_passed(self, chosen: Visit, other: Visit, post: Post, because: str | None) -> str:
        """Return why `chosen` may go before `other`, who has been in line longer."""
        if because is not None:
            return because
        if self.policy == "ratio" and chosen.rate != other.rate:
            return "ratio"
        if self.policy == "accumulating" and chosen.rate > other.rate:
            highest = max(RATES.values())
            waited = _minutes(other.since, self.now)
            bound = max(waited * (1 - other.rate / highest), min(PATIENCE, waited))
            assert _minutes(other.since, chosen.since) <= bound + 1e-6, "somebody starves"
            return "priority"
        if chosen.only is not None:
            return "own_counter"
        assert post.terms[chosen.service][0] < post.terms[other.service][0], "no reason to pass"
        assert _minutes(other.since, self.now) < PATIENCE, "passed for longer than the patience"
        return "preference"

    # --- the counter --------------------------------------------------------------------------

    def visitor(self, post: Post) -> Visit | None:
        return next(
            (
                each
                for each in self.state.visits.values()
                if each.at == post.number and each.status in AT_COUNTER
            ),
            None,
        )

    def own(self, who: str, post: Post) -> None:
        if post.clerk not in (None, who) and "anywhere" not in GRANTED[who]:
            raise No("counter_taken")

    def current(self, who: str, post: Post) -> Visit:
        self.own(who, post)
        visit = self.visitor(post)
        if visit is None:
            raise No("counter_idle")
        return visit

    def ready(self, who: str, post: Post) -> None:
        if post.clerk is None:
            self.open(who, post)
        self.own(who, post)
        if post.paused:
            raise No("counter_paused")
        if self.visitor(post) is not None:
            raise No("counter_busy")

    def open(self, who: str, post: Post) -> None:
        if post.clerk == who:
            return
        if post.clerk is not None:
            raise No("counter_taken")
        for former in self.state.posts.values():
            if former.clerk == who:
                self.close(who, former)
        post.clerk = who
        self._row("counter_opened", who, post)

    def close(self, who: str, post: Post) -> None:
        if post.clerk is None:
            return
        self.own(who, post)
        if self.visitor(post) is not None:
            raise No("counter_busy")
        self._shut(post)
        self._row("counter_closed", who, post)

    def pause(self, who: str, post: Post) -> None:
        self._there(who, post)
        if self.visitor(post) is not None:
            raise No("counter_busy")
        post.paused, post.desk_work = True, False
        self._row("counter_paused", who, post)

    def back(self, who: str, post: Post) -> None:
        self._there(who, post)
        if post.paused:
            post.paused = False
            self._row("counter_back", who, post)

    def desk_work(self, who: str, post: Post, on: bool) -> None:
        self._there(who, post)
        if post.desk_work is not on:
            post.desk_work = on
            self._row("counter_desk_work", who, post)

    # --- calling ------------------------------------------------------------------------------

    def next(self, who: str, post: Post) -> None:
        act = self._begin(who)
        self.ready(who, post)
        self._call_next(who, post, act)

    def call(self, who: str, post: Post, label: str, why: str | None) -> None:
        visit = self._labelled(label)
        act = self._begin(who)
        self.ready(who, post)
        if visit.status != "waiting":
            raise No("move_refused")
        mine = self.callable_at(post)
        if mine and mine[0] is visit:
            self._call(who, post, visit, mine, act)
            return
        passed = mine
        if visit not in mine:
            if "anywhere" not in GRANTED[who]:
                raise No("not_served_here")
            passed = [each for each in self.line() if each.service == visit.service]
        self._may(who, "out_of_order")
        if why is None:
            raise No("reason_missing")
        self._call(who, post, visit, passed, act, why)

    def walk_in(self, who: str, post: Post, service: str, why: str) -> None:
        self._may(who, "walk_in")
        act = self._begin(who)
        self.ready(who, post)
        visit = self._numbered(who, service, "ordinary", self.now)
        wider = replace(post, terms={**post.terms, service: (0, None)})
        self._call(who, post, visit, self.callable_at(wider), act, why)

    def recall(self, who: str, post: Post) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        if visit.status != "called":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.recalls += 1
        self._row("ticket_recalled", who, post, visit)

    def no_show(self, who: str, post: Post) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        if visit.status == "called" and visit.recalls < self.recalls:
            raise No("recall_first")
        if visit.status != "called":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status, visit.at, visit.missed = "no_show", None, self.now
        self._row("ticket_no_show", who, post, visit)

    def put_back(self, who: str, post: Post) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        if visit.status != "called":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status, visit.at, visit.calls[-1] = "waiting", None, None
        self._row("ticket_put_back", who, post, visit)

    # --- serving ------------------------------------------------------------------------------

    def start(self, who: str, post: Post) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        if visit.status != "called":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status = "serving"
        self._row("ticket_started", who, post, visit)

    def finish(
        self, who: str, post: Post, outcome: str | None, ready: bool | None, act: Act | None = None
    ) -> None:
        act = act or self._begin(who)
        visit = self.current(who, post)
        self._touch(post, act, visit)
        if outcome is not None and outcome not in OUTCOMES:
            raise No("outcome_unknown")
        follows = FOLLOWS.get(visit.service) if outcome in (None, "done") else None
        if follows and ready is None:
            raise No("next_undecided")
        if follows and ready:
            self._go_on(who, post, visit, follows)
        elif visit.further:
            self._go_on(who, post, visit, visit.further.pop(0))
        else:
            self._infer(who, post, visit)
            visit.status, visit.at = "done", None
            self._row("ticket_finished", who, post, visit)

    def finish_and_next(
        self, who: str, post: Post, outcome: str | None, ready: bool | None
    ) -> None:
        act = self._begin(who)
        if self.visitor(post) is not None:
            self.finish(who, post, outcome, ready, act)
        self.ready(who, post)
        if self.next_at(post) is not None:
            self._call_next(who, post, act)

    def transfer(self, who: str, post: Post, service: str | None, counter: int | None) -> None:
        self._may(who, "transfer")
        act = self._begin(who)
        visit = self.current(who, post)
        self._touch(post, act, visit)
        self._go_on(who, post, visit, service or visit.service, counter)

    def transfer_to(self, who: str, post: Post, clerk: str) -> None:
        there = [each.number for each in self.state.posts.values() if each.clerk == clerk]
        if not there:
            raise No("clerk_away")
        self.transfer(who, post, None, there[0])

    def further(self, who: str, post: Post, service: str) -> None:
        act = self._begin(who)
        visit = self.current(who, post)
        self._touch(post, act, visit)
        visit.further.append(service)
        self._row("further_added", who, post, visit)

    def priority(self, who: str, post: Post, label: str, klass: str) -> None:
        self._may(who, "priority")
        self.own(who, post)
        act = self._begin(who)
        visit = self._labelled(label)
        if visit.status != "waiting":
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.klass = klass
        self._row("priority_changed", who, post, visit)

    # --- aside --------------------------------------------------------------------------------

    def hold(self, who: str, post: Post, label: str | None) -> None:
        act = self._begin(who)
        self.own(who, post)
        visit = self._labelled(label) if label else self.current(who, post)
        if visit.status in AT_COUNTER and visit.at != post.number:
            raise No("not_allowed")
        if visit.status not in ("waiting", *AT_COUNTER):
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status, visit.at, visit.held_at = "held", None, visit.at
        self._row("ticket_held", who, post, visit)

    def resume(self, who: str, post: Post, label: str) -> None:
        act = self._begin(who)
        self.own(who, post)
        visit = self._labelled(label)
        if visit.status != "held":
            raise No("move_refused")
        known_here = post.number in (visit.held_at, visit.only)
        if not known_here and visit.service not in post.terms and "anywhere" not in GRANTED[who]:
            raise No("not_served_here")
        self._touch(post, act, visit)
        self._queue(visit)
        self._row("ticket_resumed", who, post, visit)

    def rejoin(self, who: str, post: Post, label: str) -> Visit:
        act = self._begin(who)
        self.own(who, post)
        visit = self._labelled(label)
        if visit.status != "no_show":
            raise No("move_refused")
        self._touch(post, act, visit)
        self._queue(visit)
        visit.rejoined += 1
        visit.moved = True
        self._row("ticket_rejoined", who, post, visit)
        return visit

    def rejoin_self(self, key: tuple[date, str]) -> Visit:
        visit = self.state.visits[key]
        if visit.status != "no_show":
            raise No("move_refused")
        late = visit.missed is None or self.now - visit.missed > timedelta(minutes=30)
        if late or visit.rejoined or visit.day != self.state.day:
            raise No("times_spent")
        self._queue(visit)
        visit.rejoined += 1
        visit.moved = True
        self._row("ticket_rejoined", "holder", None, visit)
        return visit

    def step_back(self, key: tuple[date, str]) -> Visit:
        visit = self.state.visits[key]
        if visit.status != "waiting":
            raise No("move_refused")
        if visit.stepped >= 2:
            raise No("times_spent")
        visit.stepped += 1
        visit.moved = True
        self._row("ticket_stepped_back", "holder", None, visit)
        return visit

    def cancel(self, key: tuple[date, str]) -> None:
        visit = self.state.visits[key]
        if visit.status not in ("waiting", "held"):
            raise No("move_refused")
        visit.status = "cancelled"
        self._row("ticket_cancelled", "holder", None, visit)

    def cancel_here(self, who: str, post: Post, label: str) -> None:
        self._may(who, "cancel")
        self.own(who, post)
        act = self._begin(who)
        visit = self._labelled(label)
        if visit.status not in ("waiting", "held"):
            raise No("move_refused")
        self._touch(post, act, visit)
        visit.status = "cancelled"
        self._row("ticket_cancelled", who, post, visit)

    # --- the office ---------------------------------------------------------------------------

    def take(self, service: str, klass: str) -> None:
        if service in self.state.stopped or service in self.state.suspended:
            raise No("service_suspended")
        self._numbered("kiosk", service, klass, self.now)

    def suspend(self, service: str) -> None:
        self.state.suspended.add(service)
        self._row("service_changed", "chief")

    def unsuspend(self, service: str) -> None:
        if service in self.state.suspended:
            self.state.suspended.remove(service)
            self._row("service_changed", "chief")

    def outage(self, need: str) -> None:
        if need in self.state.missing:
            raise No("outage_standing")
        self.state.missing[need] = self.now
        for service, needs in NEEDS.items():
            if need in needs:
                self.state.stopped.setdefault(service, self.now)
        self._row("outage_began", "chief")

    def outage_over(self, need: str) -> None:
        if need not in self.state.missing:
            raise No("outage_unknown")
        del self.state.missing[need]
        for service, since in list(self.state.stopped.items()):
            if not any(each in self.state.missing for each in NEEDS[service]):
                self.thaw(service, since)
                del self.state.stopped[service]
        self._row("outage_ended", "chief")

    def thaw(self, service: str, since: datetime) -> None:
        """Keep of the time stood still one minute for each, whatever the class."""
        if self.policy != "accumulating":
            return
        for each in self.state.visits.values():
            if each.service == service and each.status in ("waiting", "held"):
                each.since = self.now - timedelta(minutes=self.score(each) / each.rate)

    def undo(self, who: str, post: Post) -> None:
        self.own(who, post)
        act = post.act
        if act is None:
            raise No("nothing_to_undo")
        if self.now - act.at > timedelta(minutes=1):
            raise No("undo_too_late")
        if post.paused:
            raise No("counter_paused")
        for row in self.state.rows[act.rows :]:
            mine = (row.who, row.at, row.counter) == (act.who, act.at, post.number)
            if row.ticket in act.found and not mine:
                raise No("changed_since")
        post.act = None
        for key, found in reversed(act.found.items()):
            stands = self.state.visits[key]
            found.stepped, found.rejoined = stands.stepped, stands.rejoined
            self.state.visits[key] = found
            self._row("ticket_undone", who, post, found)

    def close_day(self, who: str = "manager") -> None:
        opened = [
            each
            for each in self.state.visits.values()
            if each.status in ("waiting", "held", *AT_COUNTER)
        ]
        for each in opened:
            if self.carries and each.status == "waiting":
                seconds = (self.now - each.since).total_seconds()
                waited = min(round(max(0.0, seconds)), 4 * 3600)
                tomorrow = self.state.day + timedelta(days=1)
                self.state.carried.append(((each.day, each.label), waited, tomorrow))
            where = each.at or (each.only if each.status == "waiting" else None)
            post = self.state.posts[where] if where else None
            each.status, each.at = "expired", None
            self._row("ticket_expired", who, post, each)
        self._row("day_closed", who)

    def let_day_begin(self) -> None:
        """Do what every turn does first: end a day that is over, bring in the carried."""
        today = self.now.astimezone(ZONE).date()
        if today > self.state.day:
            self.close_day("clock")
            for post in self.state.posts.values():
                if post.clerk is not None:
                    self._shut(post)
                    self._row("counter_closed", "clock", post)
            self.state.day = today
        due = [each for each in self.state.carried if each[2] <= self.state.day]
        self.state.carried = [each for each in self.state.carried if each not in due]
        for key, waited, _ in sorted(
            due, key=lambda each: (-each[1], self.state.visits[each[0]].serial)
        ):
            former = self.state.visits[key]
            since = self.now - timedelta(seconds=waited)
            self._numbered("clock", former.service, former.klass, since)

    # --- how ----------------------------------------------------------------------------------

    def _labelled(self, label: str) -> Visit:
        visit = self.state.visits.get((self.state.day, label))
        if visit is None:
            raise No("ticket_unknown")
        return visit

    def _may(self, who: str, right: str) -> None:
        if right not in GRANTED[who]:
            raise No("not_allowed")

    def _there(self, who: str, post: Post) -> None:
        self.own(who, post)
        if post.clerk is None:
            raise No("counter_shut")

    def _shut(self, post: Post) -> None:
        post.clerk, post.paused, post.desk_work, post.act = None, False, False, None

    def _numbered(self, who: str, service: str, klass: str, since: datetime) -> Visit:
        day = self.state.day
        last = sum(
            1 for each in self.state.visits.values() if each.day == day and each.label[0] == service
        )
        visit = Visit(
            len(self.state.visits), f"{service}{last + 1:03d}", day, service, klass, self.now, since
        )
        self.state.visits[(day, visit.label)] = visit
        self._row("ticket_taken", who, None, visit)
        return visit

    def _begin(self, who: str) -> Act:
        return Act(self.now, who, {}, 0)

    def _touch(self, post: Post, act: Act, visit: Visit) -> None:
        if not act.found:
            act.rows = len(self.state.rows)
        post.act = act
        act.found.setdefault((visit.day, visit.label), deepcopy(visit))

    def _call_next(self, who: str, post: Post, act: Act) -> None:
        mine = self.callable_at(post)
        if not mine:
            raise No("line_empty")
        self._call(who, post, mine[0], mine, act)

    def _call(
        self,
        who: str,
        post: Post,
        visit: Visit,
        line: list[Visit],
        act: Act,
        because: str | None = None,
    ) -> None:
        self._touch(post, act, visit)
        passed: dict[str, int] = {}
        for each in line:
            if (each.since, each.serial) < (visit.since, visit.serial):
                why = self.why_passed(visit, each, post, because)
                passed[why] = passed.get(why, 0) + 1
        visit.status, visit.at, visit.calls[-1] = "called", post.number, self.now
        self._row("ticket_called", who, post, visit, tuple(sorted(passed.items())))

    def _infer(self, who: str, post: Post, visit: Visit) -> None:
        if visit.status == "called":
            visit.status = "serving"
            self._row("ticket_started", who, post, visit)

    def _go_on(
        self, who: str, post: Post, visit: Visit, service: str, only: int | None = None
    ) -> None:
        self._infer(who, post, visit)
        visit.service, visit.only = service, only
        self._queue(visit)
        self._row("ticket_transferred", who, post, visit)

    def _queue(self, visit: Visit) -> None:
        visit.status, visit.at, visit.recalls = "waiting", None, 0
        visit.calls.append(None)

    def _row(
        self,
        kind: str,
        who: str,
        post: Post | None = None,
        visit: Visit | None = None,
        passed: tuple[tuple[str, int], ...] = (),
    ) -> None:
        key = (visit.day, visit.label) if visit is not None else None
        number = post.number if post is not None else None
        self.state.rows.append(Row(kind, self.now, who, number, key, passed))


def _minutes(earlier: datetime, later: datetime) -> float:
    return max(0.0, (later - earlier).total_seconds()) / 60
