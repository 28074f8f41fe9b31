"""What the office's past holds of visitors, service times and open counters, group by group.

A group is a set of services and counters that belong together: none of its counters serves anything
outside it. Its counters are taken as if each could serve everybody in the group.
"""

from collections import Counter as Tally
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import fmean, median
from zoneinfo import ZoneInfo

from sqlalchemy import select

from office.clock import seconds_between
from office.forecasts import PLAUSIBLE, shifts_of
from office.hindsight import Shift
from office.hours import Timetable, special_hours, week_of
from office.place import ClosedDay, Office, Service, services_by_counter, services_of
from office.staffing.arrivals import SLOT, PastDay
from office.staffing.calendar import holiday_on, kind_of
from office.staffing.need import SLOT_S, slot_at, thinned
from office.tickets import Step, Ticket
from storage.work import Work

#: How far back visitors are counted, and how far back services are timed.
COUNTED = timedelta(days=182)
TIMED = timedelta(days=56)
#: Days with less than this share of a usual day's visitors were no ordinary days.
ORDINARY = 0.2
#: Service times kept of a group, and below how many the typical ones stand in for them.
TIMES = 150
ENOUGH_TIMES = 30
#: Shares of the mean of a gamma distribution with two stages, evenly likely.
TYPICAL = (0.18, 0.34, 0.48, 0.62, 0.76, 0.92, 1.1, 1.34, 1.68, 2.58)
#: Seconds between two visits beyond which a clerk with somebody in line was away.
AWAY = 900.0
#: Days of the same weekday of which the open counters are looked at.
RECENT = 8


@dataclass(frozen=True)
class Group:
    """Services and counters that belong together."""

    service_ids: frozenset[int]
    counter_ids: frozenset[int]


@dataclass(frozen=True)
class Visits:
    """The steps of a group's past as far as they are needed; moments in order of joining a line."""

    day: date
    #: Whether it is the visit's first stretch.
    first: bool
    queued_at: datetime
    called_at: datetime | None
    ended_at: datetime | None
    counter_id: int | None


@dataclass(frozen=True)
class Times:
    """How long a visitor keeps a counter busy, in seconds, and of how many visits that is known.

    From the call to the end and on to the next call while somebody waits; what a visitor takes who
    does not come is in it, and so is what transfers within the group add.
    """

    seconds: Sequence[float]
    measured: int


def groups_of(work: Work, office: Office) -> list[Group]:
    """Return the groups of the office, the one with most counters first."""
    served = services_by_counter(work, office.id)
    offered = {each.id for each in services_of(work, office.id)}
    groups: list[Group] = []
    for counter, services in sorted(served.items()):
        mine = Group(frozenset(services & offered), frozenset({counter}))
        for other in [each for each in groups if each.service_ids & mine.service_ids]:
            groups.remove(other)
            mine = Group(mine.service_ids | other.service_ids, mine.counter_ids | other.counter_ids)
        groups.append(mine)
    return sorted(
        (each for each in groups if each.service_ids),
        key=lambda each: (-len(each.counter_ids), min(each.service_ids)),
    )


def visits_of(work: Work, office: Office, group: Group, before: date) -> list[Visits]:
    """Return the stretches of the group's visits on the days looked back on."""
    rows = work.session.execute(
        select(
            Step.day,
            Step.position,
            Step.queued_at,
            Step.called_at,
            Step.ended_at,
            Step.counter_id,
        )
        .join(Ticket, Ticket.id == Step.ticket_id)
        .where(
            Step.office_id == office.id,
            Step.day >= before - COUNTED,
            Step.day < before,
            Step.service_id.in_(group.service_ids),
            Ticket.by_hand.is_(False),
        )
        .order_by(Step.queued_at, Step.id)
    )
    return [
        Visits(day, position == 1, queued, called, ended, counter)
        for day, position, queued, called, ended, counter in rows
    ]


@dataclass(frozen=True)
class OfficeDays:
    """On which dates the office is open and why not."""

    timetable: Timetable
    closed: Mapping[date, str]
    language: str

    def slots_on(self, day: date) -> list[int]:
        """Return the half hours from the first opening to the last closing of the day."""
        mine = self.timetable.ordinary(day)
        if not mine:
            return []
        opens, closes = mine[0][0], mine[-1][1]
        first = (opens.hour * 60 + opens.minute) // SLOT
        last = -(-(closes.hour * 60 + closes.minute) // SLOT)
        return list(range(first, last))

    def ordinarily_open(self, day: date) -> bool:
        """Return whether the office is open on the day, closed days aside."""
        return bool(self.timetable.ordinary(day))

    def occasion(self, day: date) -> str | None:
        """Return for which occasion the office is closed on `day`, if it is for one."""
        return self.closed.get(day) or holiday_on(day, self.language)

    def was_closed(self, day: date) -> bool:
        """Return whether the office was closed for an occasion."""
        return self.occasion(day) is not None


def office_days(work: Work, office: Office, language: str) -> OfficeDays:
    """Return on which dates the office is open, with occasions named in `language`."""
    closed = work.session.scalars(
        select(ClosedDay).where(ClosedDay.office_id == office.id).order_by(ClosedDay.day)
    )
    return OfficeDays(
        Timetable(week_of(work, office.id), tuple(special_hours(office))),
        {
            each.day: each.names.get(language) or next(iter(each.names.values()), "-")
            for each in closed
        },
        language,
    )


def past_days(visits: Sequence[Visits], days: OfficeDays, timezone: str) -> list[PastDay]:
    """Return how many came in each half hour of the ordinary days among these visits.

    Who came before the first half hour or after the last is counted with it.
    """
    zone = ZoneInfo(timezone)
    came: dict[date, Tally[int]] = defaultdict(Tally)
    for each in visits:
        slots = days.slots_on(each.day)
        if each.first and slots:
            local = each.queued_at.astimezone(zone)
            slot = slot_at(local.hour * 3600.0 + local.minute * 60.0, slots)
            came[each.day][slot] += 1
    if not came:
        return []
    usual = median(each.total() for each in came.values())
    return [
        PastDay(day, kind_of(day, days.ordinarily_open, days.was_closed), counts)
        for day, counts in sorted(came.items())
        if counts.total() >= ORDINARY * usual
    ]


def times_of(visits: Sequence[Visits], services: Sequence[Service], before: date) -> Times:
    """Return how long a visitor of the group keeps a counter busy."""
    called = [
        each
        for each in visits
        if each.day >= before - TIMED and each.called_at is not None and each.ended_at is not None
    ]
    busy = [
        time
        for each in called
        if each.called_at is not None
        and each.ended_at is not None
        and PLAUSIBLE[0] <= (time := seconds_between(each.called_at, each.ended_at)) <= PLAUSIBLE[1]
    ]
    if len(busy) < ENOUGH_TIMES:
        mean = fmean(each.typical_seconds for each in services) if services else 600.0
        return Times([mean * share for share in TYPICAL], 0)
    stretches = len(called) / max(sum(each.first for each in called), 1)
    between = _between(called)
    return Times([(each + between) * stretches for each in thinned(busy, TIMES)], len(busy))


def _between(called: Sequence[Visits]) -> float:
    """Return the mean seconds from one visit's end to the next call while somebody waited."""
    by_counter: dict[tuple[date, int | None], list[Visits]] = defaultdict(list)
    for each in called:
        by_counter[each.day, each.counter_id].append(each)
    gaps = []
    for some in by_counter.values():
        some.sort(key=lambda each: each.called_at or each.queued_at)
        for before, after in pairwise(some):
            if before.ended_at is None or after.called_at is None:
                continue
            gap = (after.called_at - before.ended_at).total_seconds()
            if after.queued_at <= before.ended_at and 0 <= gap <= AWAY:
                gaps.append(gap)
    return fmean(gaps) if gaps else 0.0


def open_lately(
    work: Work,
    office: Office,
    group: Group,
    day: date,
    before: date,
    now: datetime,
    slots: Sequence[int],
) -> tuple[dict[int, int], int]:
    """Return the group's counters open of late in each half hour, and of how many days that is.

    It is the middle over the last days of this weekday on which any counter was open.
    """
    zone = ZoneInfo(office.timezone)
    first = before - timedelta(weeks=2 * RECENT)
    shifts: dict[date, list[Shift]] = defaultdict(list)
    for each in shifts_of(work, office, first, now):
        opened = each.opened_at.astimezone(zone).date()
        if each.counter_id in group.counter_ids and opened < before:
            shifts[opened].append(each)
    lately = [past for past in sorted(shifts) if past.weekday() == day.weekday()][-RECENT:]
    if not lately:
        return {}, 0
    counted = {}
    for slot in slots:
        seen = []
        for past in lately:
            midnight = datetime.combine(past, time(), zone)
            middle = midnight + timedelta(seconds=(slot + 0.5) * SLOT_S)
            there = [each for each in shifts[past] if each.opened_at <= middle < each.closed_at]
            seen.append(len({each.counter_id for each in there}))
        counted[slot] = round(median(seen))
    return counted, len(lately)
