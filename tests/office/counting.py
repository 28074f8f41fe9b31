"""Random days of verbs, and a count of them over nothing but the journal, for comparison."""

import random
from collections import Counter as Count
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from office import aside, calling, desks, reception, serving
from office.errors import OfficeError
from office.journal import JournalRow
from office.place import Office
from office.tickets import OPEN, Status, Ticket
from storage.work import Work
from tests.houses import Staffed

FREE = {"ticket_finished", "ticket_no_show", "ticket_put_back", "ticket_transferred"}


def busy_days(staffed: Staffed, seed: int, days: int = 2, verbs: int = 160) -> None:
    """Let chance choose what happens; what the office refuses does not happen."""
    chance = random.Random(seed)
    for _ in range(days):
        for _ in range(verbs):
            staffed.clock.advance(minutes=chance.choice((0, 0, 1, 1, 2, 5)))
            try:
                _something(staffed, chance)
            except OfficeError:
                continue
        staffed.clock.moment = staffed.clock.moment.replace(hour=1, minute=chance.randrange(60))
        staffed.clock.advance(days=1)
    staffed.in_turn(lambda _work, _office: None)


def _something(staffed: Staffed, chance: random.Random) -> None:
    counter = chance.choice((1, 2, 5))
    labels = _labels(staffed, (*OPEN, Status.NO_SHOW.value))
    label = chance.choice(labels) if labels else "A001"
    verbs: list[tuple[int, Callable[[], object]]] = [
        (8, lambda: staffed.take(chance.choice("AAK"), chance.choice((None, None, "priority")))),
        (6, lambda: staffed.next(counter)),
        (5, lambda: staffed.at(counter, serving.start)),
        (6, lambda: staffed.at(counter, serving.finish)),
        (1, lambda: staffed.at(counter, serving.finish, "documents_incomplete")),
        (2, lambda: staffed.at(counter, calling.recall)),
        (1, lambda: staffed.at(counter, calling.no_show)),
        (1, lambda: staffed.at(counter, calling.put_back)),
        (1, lambda: staffed.at(counter, aside.hold)),
        (1, lambda: staffed.at(counter, aside.hold, label)),
        (1, lambda: staffed.at(counter, aside.resume, label)),
        (1, lambda: staffed.at(counter, aside.rejoin, label)),
        (1, lambda: staffed.at(counter, serving.transfer, chance.choice("AK"), None)),
        (1, lambda: staffed.at(counter, desks.open_counter)),
        (1, lambda: staffed.at(counter, desks.close_counter)),
        (1, lambda: _cancel(staffed, label)),
    ]
    chance.choices([verb for _, verb in verbs], [often for often, _ in verbs])[0]()


def _labels(staffed: Staffed, statuses: tuple[str, ...]) -> list[str]:
    def look(work: Work, office: Office) -> list[str]:
        return list(
            work.session.scalars(
                select(Ticket.label)
                .where(
                    Ticket.office_id == office.id,
                    Ticket.day == office.open_day,
                    Ticket.status.in_(statuses),
                )
                .order_by(Ticket.id)
            )
        )

    found: list[str] = staffed.read(look)
    return found


def _cancel(staffed: Staffed, label: str) -> None:
    def act(work: Work, office: Office) -> None:
        ticket = work.session.scalars(
            select(Ticket).where(
                Ticket.office_id == office.id,
                Ticket.day == office.open_day,
                Ticket.label == label,
            )
        ).one()
        reception.cancel(work, office, staffed.actors["kiosk"], staffed.clock.now(), ticket)

    staffed.in_turn(act)


@dataclass
class Told:
    """One stretch of a visit as the journal tells it."""

    service: str
    queued: datetime
    first: datetime | None = None
    called: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    inferred: bool = False
    counter: int | None = None
    outcome: str = ""


@dataclass
class Counted:
    """What a count over the journal finds of a day."""

    counts: Count[tuple[str, str, str]] = field(default_factory=Count)
    times: dict[tuple[str, str, str], list[int]] = field(default_factory=lambda: defaultdict(list))


def counted(staffed: Staffed, day: date) -> Counted:
    """Count a day over the journal alone, ticket by ticket."""

    def look(work: Work, office: Office) -> Counted:
        rows = work.session.scalars(
            select(JournalRow).where(JournalRow.office_id == office.id).order_by(JournalRow.version)
        ).all()
        taken = {
            row.ticket_id
            for row in rows
            if row.kind == "ticket_taken" and row.day == day and row.ticket_id
        }
        found = Counted()
        zone = ZoneInfo(office.timezone)
        for ticket in taken:
            _count_visit([row for row in rows if row.ticket_id == ticket], found, zone)
        _count_counters([row for row in rows if row.day == day], found, zone)
        return found

    result: Counted = staffed.read(look)
    return result


def _count_visit(rows: list[JournalRow], found: Counted, zone: ZoneInfo) -> None:
    stretches: list[Told] = []
    extra: Count[str] = Count()
    end = ""
    for row in rows:
        kind = row.kind.removeprefix("ticket_")
        now = stretches[-1] if stretches else None
        if kind == "transferred" and now is not None:
            now.ended, now.outcome = row.at, "transferred"
            extra["transfers"] += 1
        if kind in {"taken", "transferred", "resumed", "rejoined"}:
            stretches.append(Told(row.detail["service"], row.at))
            end = ""
            continue
        if now is None:
            raise AssertionError(kind)
        if kind == "called":
            now.called, now.counter = row.at, row.detail["counter"]
            now.first = now.first or row.at
        elif kind == "put_back":
            now.called, now.counter = None, None
            extra["put_back"] += 1
        elif kind == "recalled":
            extra["recalls"] += 1
        elif kind == "started":
            now.inferred = bool(row.detail.get("inferred"))
            now.started = now.called if now.inferred else row.at
        elif kind == "finished":
            now.ended, now.outcome, end = row.at, row.detail["outcome"], "finished"
            slot = row.day.weekday() * 24 + row.at.astimezone(zone).hour
            found.counts["slot", str(slot), "completed"] += 1
        elif kind == "no_show":
            now.ended, now.outcome, end = row.at, "no_show", "no_shows"
        elif kind == "held":
            now.ended, now.outcome = row.at, "held"
        elif kind == "cancelled":
            end = "cancelled"
            if not now.outcome:
                now.ended, now.outcome = row.at, "cancelled"
        elif kind == "expired":
            end = "expired"
            extra[row.detail["outcome"]] += 1
            if not now.outcome:
                now.ended, now.outcome = row.at, row.detail["outcome"]
        else:
            raise AssertionError(kind)
    first, last = stretches[0], stretches[-1]
    priority = rows[0].detail["priority"]
    day = rows[0].day.weekday()

    def places(stretch: Told) -> list[tuple[str, str]]:
        slot = day * 24 + stretch.queued.astimezone(zone).hour
        told = [("all", ""), ("service", stretch.service), ("slot", str(slot))]
        told += [("class", priority), ("channel", "kiosk")]
        return told + ([("counter", str(stretch.counter))] if stretch.counter else [])

    for place in places(first):
        found.counts[(*place, "tickets")] += 1
    for place in places(last):
        if end:
            found.counts[(*place, end)] += 1
    for name, by in extra.items():
        found.counts["all", "", name] += by
    for each in stretches:
        for place in places(each):
            _count_stretch(each, place, found)


def _count_stretch(each: Told, place: tuple[str, str], found: Counted) -> None:
    lost = each.outcome.startswith("left_")
    if each.called and each.first and not lost and each.outcome != "no_show":
        waited = int((each.called - each.queued).total_seconds())
        found.times[(*place, "wait")].append(waited)
        found.times[(*place, "first")].append(int((each.first - each.queued).total_seconds()))
        found.counts[(*place, "within_target")] += waited <= 30 * 60
    if each.started and each.ended:
        served = int((each.ended - each.started).total_seconds())
        good = not lost and each.outcome not in {"held", "no_show"}
        if good and not each.inferred and served >= 5:
            found.times[(*place, "service")].append(served)


def _count_counters(rows: list[JournalRow], found: Counted, zone: ZoneInfo) -> None:
    """Look at each counter in each minute: verbs happen on whole minutes."""
    by_counter: dict[int, list[JournalRow]] = defaultdict(list)
    for row in rows:
        if row.detail.get("counter"):
            by_counter[row.detail["counter"]].append(row)
    for number, mine in by_counter.items():
        states: list[tuple[datetime, str]] = []
        state = "shut"
        for place, row in enumerate(mine):
            state = _state_after(state, row, mine[place + 1 :])
            states.append((row.at, state))
        for (at, state), (until, _) in pairwise(states):
            seconds = int((until - at).total_seconds())
            if state != "shut":
                hour = 0
                while hour < seconds:
                    slot = at.astimezone(zone).weekday() * 24
                    moment = datetime.fromtimestamp(at.timestamp() + hour, zone)
                    found.counts["slot", str(slot + moment.hour), f"{state}_s"] += 60
                    hour += 60
                found.counts["counter", str(number), f"{state}_s"] += seconds
                found.counts["all", "", f"{state}_s"] += seconds


def _state_after(state: str, row: JournalRow, rest: list[JournalRow]) -> str:
    if row.kind == "counter_closed":
        return "shut"
    if row.kind == "counter_opened":
        return "idle"
    if row.kind == "ticket_called":
        begun = next((each for each in rest if _ends_call(each)), None)
        inferred = begun is not None and begun.detail.get("inferred")
        return "serving" if inferred else "called"
    if row.kind == "ticket_started":
        return "serving"
    at_desk = row.detail.get("from") in {"called", "serving"}
    if row.kind in FREE or (row.kind in {"ticket_held", "ticket_expired"} and at_desk):
        return "idle" if state != "shut" else "shut"
    return state


def _ends_call(row: JournalRow) -> Any:
    at_desk = row.detail.get("from") in {"called", "serving"}
    return row.kind != "ticket_recalled" and at_desk
