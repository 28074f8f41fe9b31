"""The wait forecast of an office at this moment: its line, its open counters and its own pace."""

from datetime import datetime, timedelta

from sqlalchemy import func, select

from office.clock import seconds_between
from office.line import line_of
from office.place import Counter, Office, services_by_counter, services_of
from office.policy import Waiting
from office.tickets import AT_COUNTER, Step, Ticket
from office.waits import SOME_PACE, Desk, Forecast, forecast, remaining, shrunk_mean
from storage.work import Work

#: How far back the office's own service times are looked at.
LEARNED_FROM = timedelta(days=14)
#: Services outside these bounds (seconds) were not timed but forgotten.
PLAUSIBLE = (10.0, 3 * 3600.0)
#: Service times looked at per service.
SAMPLE = 200


def paces_of(work: Work, office: Office, now: datetime) -> dict[int, float]:
    """Return the mean service time in seconds of every service, shrunk to its typical time."""
    paces = {}
    for service in services_of(work, office.id):
        times = [
            seconds_between(started, ended)
            for started, ended in work.session.execute(
                select(Step.started_at, Step.ended_at)
                .where(
                    Step.office_id == office.id,
                    Step.service_id == service.id,
                    Step.ended_at > now - LEARNED_FROM,
                    Step.started_at.is_not(None),
                    Step.start_inferred.is_(False),
                    Step.outcome == "done",
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
    """Return the counters open now, each with when it is expected to be free."""
    served = services_by_counter(work, office.id)
    rows = work.session.execute(
        select(
            Counter.id,
            Ticket.service_id,
            func.coalesce(Step.started_at, Step.called_at),
        )
        .outerjoin(
            Ticket,
            (Ticket.counter_id == Counter.id)
            & (Ticket.office_id == office.id)
            & Ticket.status.in_(AT_COUNTER),
        )
        .outerjoin(Step, (Step.ticket_id == Ticket.id) & Step.ended_at.is_(None))
        .where(Counter.office_id == office.id, Counter.opened_at.is_not(None))
        .order_by(Counter.number)
    )
    desks = []
    for counter_id, service_id, since in rows:
        free_in = 0.0
        if service_id is not None:
            elapsed = seconds_between(since, now) if since is not None else 0.0
            free_in = remaining(paces.get(service_id, SOME_PACE), elapsed)
        desks.append(Desk(counter_id, frozenset(served.get(counter_id, ())), free_in))
    return desks


def forecast_now(
    work: Work, office: Office, paces: dict[int, float], now: datetime
) -> tuple[list[Waiting], Forecast]:
    """Return the line in calling order and what each in it has to expect."""
    line = line_of(work, office, now)
    return line, forecast(line, open_desks(work, office, paces, now), paces)
