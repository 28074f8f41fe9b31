"""The wait forecast of an office at this moment: its line, its open counters and its own pace."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from office import hours, outages
from office.clock import LONGEST, local_day, local_midnight, seconds_between
from office.hindsight import PastWait, Shift, seen_on
from office.journal import JournalRow, Kind, since_opening
from office.learning import Learnt
from office.line import line_of
from office.place import (
    Counter,
    Office,
    PolicyName,
    PriorityClass,
    Service,
    all_counters,
    services_of,
    terms_by_counter,
)
from office.policy import Waiting
from office.roster import breaks_ahead, planned_on
from office.tickets import IS_AT_COUNTER, Step, Ticket, files_of
from office.waits import SOME_PACE, Desk, Forecast, forecast, manner_of, remaining, shrunk_mean
from storage.work import Work

#: How far back the office's own service times are looked at.
LEARNED_FROM = timedelta(days=14)
#: What begins and what ends a stretch of calling at a counter.
BEGINS = (Kind.COUNTER_OPENED, Kind.COUNTER_BACK)
ENDS = (Kind.COUNTER_CLOSED, Kind.COUNTER_PAUSED)
#: Services outside these bounds (seconds) were not timed but forgotten.
PLAUSIBLE = (10.0, 3 * 3600.0)
#: Service times looked at per service.
SAMPLE = 200


def paces_of(work: Work, office: Office, now: datetime) -> dict[int, float]:
    """Return the mean seconds that a file of every service takes, shrunk to its typical time."""
    paces = {}
    for service in services_of(work, office.id):
        times = [
            seconds_between(started, ended) / files_of(matters, service.code)
            for started, ended, matters in work.session.execute(
                select(Step.started_at, Step.ended_at, Ticket.matters)
                .join(Ticket, Ticket.id == Step.ticket_id)
                .where(
                    Step.office_id == office.id,
                    Step.service_id == service.id,
                    Step.ended_at > now - LEARNED_FROM,
                    Step.started_at.is_not(None),
                    Step.start_inferred.is_(False),
                    Step.outcome == "done",
                    Ticket.by_hand.is_(False),
                )
                .order_by(Step.ended_at.desc())
                .limit(SAMPLE)
            )
            if started is not None and ended is not None
        ]
        plausible = [each for each in times if PLAUSIBLE[0] <= each <= PLAUSIBLE[1]]
        paces[service.id] = shrunk_mean(sum(plausible), len(plausible), service.typical_seconds)
    return paces


def open_desks(work: Work, office: Office, paces: dict[int, float], now: datetime) -> list[Desk]:
    """Return the counters open now, each with when it is expected to be free and to rest.

    A counter on a break is told, as away, if it is known when the break ends. One that nobody is
    planned for rests while the office is closed at noon, unless it goes on then.
    """
    served = terms_by_counter(work, office.id)
    shifts = planned_on(work, office.id, office.today(now))
    breaks = breaks_ahead(shifts, now, office.timezone)
    planned = {each.counter_id for each in shifts}
    noon = hours.noon_ahead(work, office, now)
    rows = work.session.execute(
        select(
            Counter.id,
            Ticket.service_id,
            func.coalesce(Step.started_at, Step.called_at),
            Counter.paused_at,
            Counter.back_at,
            Service.code,
            Ticket.matters,
        )
        .select_from(Counter)
        .outerjoin(
            Ticket,
            (Ticket.counter_id == Counter.id) & (Ticket.office_id == office.id) & IS_AT_COUNTER,
        )
        .outerjoin(Service, Service.id == Ticket.service_id)
        .outerjoin(Step, (Step.ticket_id == Ticket.id) & Step.ended_at.is_(None))
        .where(
            Counter.office_id == office.id,
            Counter.opened_at.is_not(None),
        )
        .order_by(Counter.number)
    )
    desks = []
    for counter_id, service_id, since, paused_at, back_at, code, matters in rows:
        free_in, rests = 0.0, breaks.get(counter_id)
        if noon is not None and counter_id not in planned and (noon[0] > 0 or paused_at):
            rests = noon
        if service_id is not None:
            elapsed = seconds_between(since, now) if since is not None else 0.0
            pace = paces.get(service_id, SOME_PACE) * files_of(matters, code)
            free_in = remaining(pace, elapsed)
        elif paused_at is not None:
            ends = [seconds_between(now, back_at)] if back_at is not None else []
            ends += [rests[1]] if rests is not None and rests[0] <= 0 else []
            free_in, rests = max(ends, default=0.0), None
            if free_in <= 0:
                continue
        terms = served.get(counter_id, {})
        desks.append(
            Desk(
                counter_id,
                frozenset(terms),
                free_in,
                rests,
                paused_at is not None,
                manner_of(terms, 60.0 * office.target_wait_min),
            )
        )
    return desks


def forecast_now(
    work: Work,
    office: Office,
    paces: dict[int, float],
    now: datetime,
    learnt: Learnt | None = None,
) -> tuple[list[Waiting], Forecast]:
    """Return the line in calling order and what each in it has to expect."""
    line = line_of(work, office, now)
    return line, forecast(line, open_desks(work, office, paces, now), paces, learnt, now)


@dataclass(frozen=True)
class Past:
    """The days before today, as far as they are learnt from."""

    days: Sequence[Sequence[PastWait]]
    shifts: Sequence[Shift]
    paces: Mapping[int, float]
    order: PolicyName


def past_of(work: Work, office: Office, paces: Mapping[int, float], now: datetime) -> Past:
    """Return what happened on the days before today, from nothing but steps and journal.

    It takes the services that counters serve now for those they served then.
    """
    today = office.today(now)
    first = today - LEARNED_FROM
    days = sorted(_past_waits(work, office, first, today).items())
    return Past(
        [waits for _, waits in days],
        shifts_of(work, office, first, now),
        paces,
        PolicyName(office.policy),
    )


def learnt_from(past: Past, pause: Callable[[], None] | None = None) -> Learnt:
    """Return what the past has shown of the forecasts there would have been, all worked out.

    That takes seconds for a busy office; `pause` is called all along to let others go first.
    """
    seen = []
    for waits in past.days:
        began, ended = waits[0].waiting.line_since, max(each.until for each in waits)
        there = [each for each in past.shifts if each.opened_at <= ended and each.closed_at > began]
        seen += seen_on(waits, there, past.paces, past.order, pause)
    learnt = Learnt(seen, pause)
    if learnt.enough:
        learnt.work_out(past.paces)
    return learnt


def _past_waits(work: Work, office: Office, first: date, today: date) -> dict[date, list[PastWait]]:
    rows = work.session.execute(
        select(
            Step.id,
            Step.day,
            Step.service_id,
            Step.queued_at,
            Step.called_at,
            Step.ended_at,
            Step.counter_id,
            PriorityClass.code,
            PriorityClass.rate,
            Service.code,
            Ticket.matters,
        )
        .join(Ticket, Ticket.id == Step.ticket_id)
        .join(PriorityClass, PriorityClass.id == Ticket.class_id)
        .join(Service, Service.id == Step.service_id)
        .where(
            Step.office_id == office.id,
            Step.day >= first,
            Step.day < today,
            Ticket.by_hand.is_(False),
        )
        .order_by(Step.queued_at, Step.id)
    )
    days: dict[date, list[PastWait]] = defaultdict(list)
    stood_still = outages.between(
        work,
        office.id,
        local_midnight(first, office.timezone),
        local_midnight(today, office.timezone),
    )
    for (
        step_id,
        day,
        service_id,
        queued,
        called,
        ended,
        counter_id,
        code,
        rate,
        service,
        matters,
    ) in rows:
        until = called or ended
        if until is None or until < queued or local_day(queued, office.timezone) != day:
            continue
        if called is not None and until > queued + LONGEST:
            continue
        until = min(until, queued + LONGEST)
        files = files_of(matters, service)
        waiting = Waiting(step_id, "", service_id, code, rate, queued, queued, files=files)
        # what an outage lengthened teaches nothing
        teaches = called is not None and not outages.touched(stood_still, service, queued, until)
        days[day].append(PastWait(waiting, until, teaches, counter_id, ended))
    return days


def shifts_of(work: Work, office: Office, first: date, now: datetime) -> list[Shift]:
    """Return when which counter was open, from the journal.

    A counter may be closed only when the next day begins. One that was closed without having been
    opened since `first` was open for a day.
    """
    served = terms_by_counter(work, office.id)
    counters = {counter.number: counter for counter in all_counters(work, office.id)}
    rows = work.session.execute(
        select(JournalRow.kind, JournalRow.at, JournalRow.detail)
        .where(
            since_opening(office),
            JournalRow.day >= first,
            JournalRow.kind.in_([each.value for each in (*BEGINS, *ENDS)]),
        )
        .order_by(JournalRow.version)
    )
    opened: dict[int, datetime] = {}
    away: set[int] = set()
    shifts = []

    def end(counter: Counter, since: datetime, until: datetime) -> None:
        until = min(until, since + LONGEST)
        terms = served.get(counter.id, {})
        manner = manner_of(terms, 60.0 * office.target_wait_min)
        shifts.append(Shift(counter.id, frozenset(terms), since, until, manner))

    for kind, at, detail in rows:
        counter = counters.get(detail.get("counter", 0))
        if counter is None:
            continue
        if kind in BEGINS:
            opened[counter.number] = at
            away.discard(counter.number)
        elif counter.number not in away:
            end(counter, opened.pop(counter.number, at - LONGEST), at)
        if kind == Kind.COUNTER_PAUSED:
            away.add(counter.number)
        elif kind == Kind.COUNTER_CLOSED:
            away.discard(counter.number)
    for counter in counters.values():
        if counter.opened_at is not None and counter.paused_at is None:
            end(counter, opened.get(counter.number, counter.opened_at), now)
    return shifts
