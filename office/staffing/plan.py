"""The counters a coming day needs, group by group, tried out by simulation and set beside habit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from statistics import fmean

from office.errors import Invalid
from office.place import Names, Office, Service, services_of
from office.roster import RosterShift, half_hours, planned_on
from office.staffing import arrivals, need, trial
from office.staffing.arrivals import Band, DayKind, Missing
from office.staffing.calendar import kind_of
from office.staffing.history import (
    Group,
    OfficeDays,
    groups_of,
    office_days,
    open_lately,
    past_days,
    times_of,
    visits_of,
)
from office.staffing.question import REACH, Question, check_day
from office.staffing.target import Target, target_of
from office.staffing.trial import Outcome
from storage.work import Work

#: How often a plan is tried and mended, on how many days each time.
ROUNDS = 12
FITTING_RUNS = 30


class Status(StrEnum):
    """What can be said of a day."""

    PLANNED = "planned"
    CLOSED = "closed"
    TOO_LITTLE = "too_little"


class Provider(StrEnum):
    """What tells how many counters there will be."""

    #: Somebody is planned at a counter on that day.
    ROSTER = "roster"
    #: Nobody is; as many as were open of late on that weekday.
    HABIT = "habit"


@dataclass(frozen=True)
class Slot:
    """One half hour of the day."""

    slot: int
    came: Band
    needed: int
    #: What would be needed on a day with as many visitors as the band holds.
    needed_if_busy: int
    #: Counters there will be, by the roster or by habit, if either is known.
    provided: int | None
    #: Share within the aim when as many counters are open as are needed, or as are provided.
    within_needed: float | None
    within_provided: float | None


@dataclass(frozen=True)
class ServiceName:
    """A service as it is named."""

    code: str
    letter: str
    names: Names


@dataclass(frozen=True)
class GroupPlan:
    """What a group of counters needs."""

    services: Sequence[ServiceName]
    counters: int
    visitors: Band
    #: Mean seconds for which a visitor keeps a counter busy, and of how many visits that is known.
    busy_s: float
    measured: int
    #: What tells the counters provided, and of how many days the habit is.
    provided_by: Provider | None
    lately_days: int
    rush_known: bool
    slots: Sequence[Slot]
    with_needed: Outcome
    with_provided: Outcome | None


@dataclass(frozen=True)
class Answer:
    """What more counters would do: the same days without them and with them."""

    question: Question
    #: What tells the counters the days start from; without it they are those needed.
    provided_by: Provider | None
    before: Outcome
    after: Outcome


@dataclass(frozen=True)
class Plan:
    """Everything there is to say of a coming day."""

    day: date
    status: Status
    kind: DayKind
    target: Target
    occasion: str | None = None
    missing: Missing | None = None
    groups: Sequence[GroupPlan] = field(default_factory=tuple)
    answer: Answer | None = None


def plan(
    work: Work,
    office: Office,
    wanted: date | None,
    now: datetime,
    language: str,
    question: Question | None = None,
) -> Plan:
    """Return what is needed on a day, or on the next open one, from the days before today.

    Raises DayOutOfReach, or Invalid for a question about what there is not.
    """
    today = office.today(now)
    days = office_days(work, office, language)
    day = next_open(days, today) if wanted is None else wanted
    check_day(day, today)
    kind = kind_of(day, days.ordinarily_open, days.was_closed)
    target = target_of(office)
    slots = days.slots_on(day)
    occasion = days.occasion(day)
    if not slots or occasion is not None:
        return Plan(day, Status.CLOSED, kind, target, occasion=occasion)
    planned = planned_on(work, office.id, day)
    looked = [
        _looked_at(work, office, group, day, today, now, days, slots, planned)
        for group in groups_of(work, office)
    ]
    known = [each for each in looked if arrivals.missing(each.past, kind) is None]
    if not known:
        fullest = max(looked, key=lambda each: len(each.past), default=None)
        lacking = arrivals.missing(fullest.past if fullest else [], kind)
        return Plan(day, Status.TOO_LITTLE, kind, target, missing=lacking)
    answer = None
    if question is not None and not 0 <= question.group < len(known):
        raise Invalid(fields={"group": "no such group"})
    plans = []
    for place, each in enumerate(known):
        asked = question if question is not None and question.group == place else None
        group, told = _planned(each, day, kind, slots, target, asked)
        plans.append(group)
        answer = told or answer
    return Plan(day, Status.PLANNED, kind, target, groups=plans, answer=answer)


def next_open(days: OfficeDays, today: date) -> date:
    """Return the first day after today on which the office is open, or tomorrow without any."""
    coming = (today + timedelta(days=ahead) for ahead in range(1, REACH.days))
    return next(
        (each for each in coming if days.slots_on(each) and days.occasion(each) is None),
        today + timedelta(days=1),
    )


@dataclass(frozen=True)
class _Looked:
    """A group with its past."""

    group: Group
    services: Sequence[Service]
    past: Sequence[arrivals.PastDay]
    times: Sequence[float]
    measured: int
    provided: Mapping[int, int]
    provided_by: Provider | None
    lately_days: int


def _looked_at(
    work: Work,
    office: Office,
    group: Group,
    day: date,
    today: date,
    now: datetime,
    days: OfficeDays,
    slots: Sequence[int],
    planned: Sequence[RosterShift],
) -> _Looked:
    visits = visits_of(work, office, group, today)
    services = [each for each in services_of(work, office.id) if each.id in group.service_ids]
    times = times_of(visits, services, today)
    provided, lately_days = open_lately(work, office, group, day, today, now, slots)
    by = Provider.HABIT if lately_days else None
    if planned:
        own = [each for each in planned if each.counter_id in group.counter_ids]
        provided, by = half_hours(own, slots, arrivals.SLOT), Provider.ROSTER
    return _Looked(
        group,
        services,
        past_days(visits, days, office.timezone),
        times.seconds,
        times.measured,
        provided,
        by,
        lately_days,
    )


def _planned(
    looked: _Looked,
    day: date,
    kind: DayKind,
    slots: Sequence[int],
    target: Target,
    question: Question | None,
) -> tuple[GroupPlan, Answer | None]:
    expected = arrivals.expected(looked.past, day, kind)
    came = {slot: expected.by_slot[slot].mean for slot in slots if slot in expected.by_slot}
    formula = need.needed(came, looked.times, slots, target)
    needed = fitted(formula, came, expected.variability, looked.times, slots, target)
    whole = max(expected.total.mean, 1e-9)
    busy = {slot: mean * expected.total.high / whole for slot, mean in came.items()}
    if_busy = need.needed(busy, looked.times, slots, target)
    provided = stays_open(looked.provided, slots) if looked.provided_by else None

    def tried(*plans: Mapping[int, int]) -> list[Outcome]:
        return trial.tried(plans, came, expected.variability, looked.times, target.seconds)

    outcomes = tried(needed, provided) if provided is not None else tried(needed)
    with_provided = outcomes[1] if provided is not None else None
    nobody = Band(0.0, 0, 0)
    answer = None
    if question is not None:
        base = provided if provided is not None else needed
        changed = {
            slot: max(count + question.more, 0)
            if question.first <= slot < question.until
            else count
            for slot, count in base.items()
        }
        before = with_provided or outcomes[0]
        answer = Answer(question, looked.provided_by, before, tried(changed)[0])
    return GroupPlan(
        services=[ServiceName(each.code, each.letter, each.names) for each in looked.services],
        counters=len(looked.group.counter_ids),
        visitors=expected.total,
        busy_s=fmean(looked.times),
        measured=looked.measured,
        provided_by=looked.provided_by,
        lately_days=looked.lately_days,
        rush_known=expected.rush_known,
        slots=[
            Slot(
                slot=slot,
                came=expected.by_slot.get(slot, nobody),
                needed=needed[slot],
                needed_if_busy=needed[slot] + max(if_busy[slot] - formula[slot], 0),
                provided=None if provided is None else looked.provided[slot],
                within_needed=outcomes[0].by_slot[slot],
                within_provided=None if with_provided is None else with_provided.by_slot[slot],
            )
            for slot in slots
        ],
        with_needed=outcomes[0],
        with_provided=with_provided,
    ), answer


def fitted(
    start: Mapping[int, int],
    came: Mapping[int, float],
    variability: float,
    times: Sequence[float],
    slots: Sequence[int],
    target: Target,
) -> dict[int, int]:
    """Return counters that keep the aim in every half hour when tried, and few of them.

    Begins with those of the formula, which supposes that each half hour lasts for ever. While the
    trial keeps the aim everywhere, one is taken away from each half hour that has not yet proved to
    need it; where the trial falls short one is added, there and just before.
    """
    found = stays_open(start, slots)
    best: dict[int, int] | None = None
    settled: set[int] = set()
    for _ in range(ROUNDS):
        (outcome,) = trial.tried(
            [found], came, variability, times, target.seconds, runs=FITTING_RUNS
        )
        short = {
            slot
            for slot in slots
            if (share := outcome.by_slot[slot]) is not None and share < target.share
        }
        if short:
            found = {slot: count + (slot in short) for slot, count in found.items()}
            settled |= short | {slot - 1 for slot in short}
            continue
        if best is None or sum(found.values()) < sum(best.values()):
            best = found
        loose = {slot for slot, count in found.items() if count > 1 and slot not in settled}
        if not loose:
            break
        found = {slot: count - (slot in loose) for slot, count in found.items()}
    return best if best is not None else found


def stays_open(counters: Mapping[int, int], slots: Sequence[int]) -> dict[int, int]:
    """Return the same counters with at least one in the last half hour, for who is in line yet."""
    return {slot: max(counters.get(slot, 0), 1 if slot == slots[-1] else 0) for slot in slots}
