"""Makes up weeks of an office's past, for pictures and tests of what is learnt from them.

Days are drawn by chance but always the same for the same seed: a rush after opening, fuller Mondays
and days after a closure, counters that close over noon, visitors who do not come when called.
"""

import heapq
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.replay.days import dates_in, read_day
from office import journal, promises
from office.closing import the_clock
from office.journal import Kind
from office.place import Counter, Office, Service, classes_of, services_by_counter, services_of
from office.policy import Waiting
from office.tickets import Status, Step, Ticket
from office.waits import UNKNOWN, Wait, forecast, remaining
from office.waits import Desk as FreeDesk
from storage.work import Work

OPENS, CLOSES = 8.0, 15.0
#: Visitors of an ordinary day, and how much fuller each weekday is, Monday first.
VISITORS = 270
FULLNESS = (1.3, 1.1, 1.0, 0.9, 0.7)
#: Share of a day's visitors in each hour from opening on.
PROFILE = (0.22, 0.22, 0.18, 0.13, 0.08, 0.1, 0.07)
NO_SHOWS = 0.06
MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Visit:
    """One visitor of a made-up day; hours since midnight."""

    came: float
    service: Service
    called: float | None = None
    ended: float | None = None
    counter: int | None = None
    shows: bool = True
    promised: Wait = UNKNOWN


@dataclass
class Desk:
    """A counter of a made-up day and when it is open."""

    counter: Counter
    services: set[int]
    stretches: list[tuple[float, float]] = field(default_factory=list)


def make_past(
    work: Work,
    office: Office,
    before: date,
    days: int = 30,
    seed: int = 7,
    visitors: int = VISITORS,
    recorded: Path | None = None,
) -> int:
    """Write the `days` working days before `before` into the office's past; return the visits.

    With `recorded`, a file of recorded days, visitors come on the newest of them when they came
    there, and only what they come for is drawn.
    """
    came = _arrivals(recorded) if recorded else []
    count = 0
    for back, day in reversed(list(enumerate(_working_days(before, days), start=1))):
        chance = random.Random(f"{seed} {day}")
        hours = came[-back] if back <= len(came) else _drawn(day, chance, visitors)
        count += _write_day(work, office, day, *_day(work, office, hours, chance))
    return count


def _arrivals(recorded: Path) -> list[list[float]]:
    """Return for each recorded day with calls when visitors came, while this office is open."""
    days = [read_day(recorded, each) for each in dates_in(recorded)]
    return [
        [each.arrived / 3600 for each in day.visitors if OPENS <= each.arrived / 3600 < CLOSES]
        for day in days
    ]


def _drawn(day: date, chance: random.Random, visitors: int) -> list[float]:
    """Return when visitors come on a day that nobody recorded."""
    count = round(visitors * FULLNESS[day.weekday()] * chance.gauss(1.0, 0.08))
    hours = chance.choices(range(len(PROFILE)), PROFILE, k=max(count, 1))
    return sorted(OPENS + hour + chance.random() for hour in hours)


def _working_days(before: date, days: int) -> Iterator[date]:
    day = before
    while days:
        day -= timedelta(days=1)
        if day.weekday() < 5:
            days -= 1
            yield day


def _day(
    work: Work, office: Office, hours: list[float], chance: random.Random
) -> tuple[list[Visit], list[Desk]]:
    services = services_of(work, office.id)
    weights = _weights(work, office, services)
    visits = [
        Visit(came, chance.choices(services, weights)[0], shows=chance.random() >= NO_SHOWS)
        for came in hours
    ]
    served = services_by_counter(work, office.id)
    desks = []
    for place, counter in enumerate(
        work.session.scalars(
            select(Counter).where(Counter.office_id == office.id).order_by(Counter.number)
        )
    ):
        late, noon = chance.uniform(0.0, 0.4), 12.0 if place % 2 else 12.5
        stretches = [(OPENS + late, noon), (noon + 0.6, CLOSES + 1.5)]
        desks.append(Desk(counter, served.get(counter.id, set()), stretches))
    _serve(visits, desks, chance)
    return visits, desks


def _weights(work: Work, office: Office, services: list[Service]) -> list[float]:
    """Return how often each service is asked for, so that the counters are about evenly busy."""
    served = services_by_counter(work, office.id).values()
    return [
        sum(1 / len(some) for some in served if each.id in some) / each.typical_seconds
        for each in services
    ]


def _serve(visits: list[Visit], desks: list[Desk], chance: random.Random) -> None:
    """Let the counters call the visitors, first come first served, and promise each a wait."""
    free = [
        (start, place, end) for place, desk in enumerate(desks) for start, end in desk.stretches
    ]
    heapq.heapify(free)
    left = list(visits)
    while free:
        now, place, end = heapq.heappop(free)
        mine = [each for each in left if each.service.id in desks[place].services]
        if not mine or now >= end:
            continue
        if mine[0].came > now:
            heapq.heappush(free, (mine[0].came, place, end))
            continue
        each = mine[0]
        left.remove(each)
        usual = each.service.typical_seconds / 3600
        took = chance.gammavariate(2.0, usual / 2) if each.shows else 0.03
        each.called, each.ended, each.counter = now, now + took, desks[place].counter.id
        heapq.heappush(free, (each.ended, place, end))
    for each in visits:
        each.promised = _promise(each, visits, desks)


def _promise(newcomer: Visit, visits: list[Visit], desks: list[Desk]) -> Wait:
    """Return what the office's own forecast would have told a newcomer."""
    now = newcomer.came
    line = [
        Waiting(place, "", each.service.id, "", 1.0, MIDNIGHT, MIDNIGHT)
        for place, each in enumerate(visits)
        if each.came < now and (each.called is None or each.called > now)
    ]
    busy = {
        each.counter: each
        for each in visits
        if each.called is not None and each.ended is not None and each.called <= now < each.ended
    }
    open_now = []
    for desk in desks:
        if any(start <= now < end for start, end in desk.stretches):
            served = busy.get(desk.counter.id)
            free_in = 0.0
            if served is not None and served.called is not None:
                free_in = remaining(served.service.typical_seconds, (now - served.called) * 3600)
            open_now.append(FreeDesk(desk.counter.id, frozenset(desk.services), free_in))
    paces = {each.service.id: float(each.service.typical_seconds) for each in visits}
    return forecast(line, open_now, paces).by_service[newcomer.service.id]


def _write_day(
    work: Work, office: Office, day: date, visits: list[Visit], desks: list[Desk]
) -> int:
    midnight = datetime.combine(day, time(), ZoneInfo(office.timezone)).astimezone(UTC)

    def at(hours: float) -> datetime:
        return midnight + timedelta(hours=hours)

    ordinary = classes_of(work, office.id)[0]
    numbers: dict[int, int] = {}
    steps = []
    for each in visits:
        service = each.service
        number = numbers.get(service.id, service.number_from - 1) + 1
        numbers[service.id] = number
        ticket = Ticket.taken(
            service,
            number,
            ordinary,
            day,
            at(each.came),
            "id",
            f"{office.id} {day} {service.id} {number}",
        )
        step = Step.queued(ticket, at(each.came))
        if each.called is None or each.ended is None:
            ticket.status, step.outcome, step.ended_at = Status.EXPIRED, "left_waiting", at(17.0)
        else:
            ticket.status = Status.DONE if each.shows else Status.NO_SHOW
            step.called_at, step.ended_at = at(each.called), at(each.ended)
            step.counter_id = each.counter
            step.started_at = at(each.called + 0.005) if each.shows else None
            step.outcome = "done" if each.shows else "no_show"
        ticket.steps.append(step)
        work.session.add(ticket)
        steps.append((step, each.promised))
    work.session.flush()
    for step, promised in steps:
        promises.keep(work, step, promised)
    opened = [
        (hours, kind, desk.counter.number)
        for desk in desks
        for start, end in desk.stretches
        for hours, kind in ((start, Kind.COUNTER_OPENED), (end, Kind.COUNTER_CLOSED))
    ]
    stood, office.open_day = office.open_day, None  # so that the rows are of the past day
    for hours, kind, number in sorted(opened):
        journal.append(work, office, kind, the_clock(office), at(hours), counter=number)
    office.open_day = stood
    work.session.flush()
    return len(visits)
