"""Whose turn it is in the small office, and what all that is done there has in common."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.office.interleaving.values import (
    BESIDE,
    GRANTED,
    PATIENCE,
    RATES,
    RETURN_DAYS,
    Act,
    Key,
    No,
    Post,
    Right,
    Row,
    State,
    Visit,
)


@dataclass
class Turns:
    """The line, and whom each counter calls."""

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
        best = min((first for first, _ in post.terms.values()), default=0)
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

    # --- how ----------------------------------------------------------------------------------

    def _labelled(self, label: str) -> Visit:
        visit = self.state.visits.get((self.state.day, label))
        if visit is None:
            raise No("ticket_unknown")
        return visit

    def _may(self, who: str, right: str) -> None:
        if right not in {**GRANTED, **BESIDE}[who]:
            raise No("not_allowed")

    def own(self, who: str, post: Post) -> None:
        if post.clerk not in (None, who) and "anywhere" not in GRANTED[who]:
            raise No("counter_taken")

    def _there(self, who: str, post: Post) -> None:
        self.own(who, post)
        if post.clerk is None:
            raise No("counter_shut")

    def _shut(self, post: Post) -> None:
        post.clerk, post.paused, post.desk_work, post.act = None, False, False, None

    def _numbered(self, who: str, service: str, klass: str) -> Visit:
        day = self.state.day
        last = sum(
            1 for each in self.state.visits.values() if each.day == day and each.label[0] == service
        )
        visit = Visit(
            serial=len(self.state.visits),
            label=f"{service}{last + 1:03d}",
            day=day,
            service=service,
            klass=klass,
            arrived=self.now,
            since=self.now,
            secret=self._secret(),
        )
        self.state.visits[(day, visit.label)] = visit
        self._row("ticket_taken", who, None, visit)
        return visit

    def _secret(self) -> int:
        self.state.secrets += 1
        return self.state.secrets

    def _grant(self, visit: Visit, why: str, service: str | None = None) -> None:
        """Let the visitor come back, who is told a code."""
        until = None if why == "awaiting_next" else visit.day + timedelta(days=RETURN_DAYS)
        key = (visit.day, visit.label)
        self.state.rights[key] = Right(service or visit.service, why, visit.day, until)
        self._coded(key)

    def _coded(self, key: Key) -> None:
        self.state.codes[key] = self.state.codes.get(key, 0) + 1
        self.state.rights[key].code = self.state.codes[key]

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
        visit.by = who
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
        visit.by = None
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
