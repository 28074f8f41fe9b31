"""The figures of the queue: how many came, how long they waited and how they were served."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from office.clock import seconds_between
from office.place import Office, Service
from office.tickets import Status, Step, Ticket
from storage.work import Work

#: How the outcomes begin of steps whose wait is not counted: left open, or a call not answered.
NO_WAIT = ("left_", "no_show")


def quantile(values: Sequence[float], share: float) -> float | None:
    """Return the smallest value that at least `share` of `values` do not exceed, or nothing."""
    if not values:
        return None
    ordered = sorted(values)
    return ordered[max(math.ceil(share * len(ordered)) - 1, 0)]


def spread_of(values: Sequence[float]) -> dict[str, int | None]:
    """Return mean, median and 90th percentile of seconds, each rounded, or nothing without data."""
    if not values:
        return {"count": 0, "mean_s": None, "median_s": None, "p90_s": None}
    return {
        "count": len(values),
        "mean_s": round(sum(values) / len(values)),
        "median_s": round(quantile(values, 0.5) or 0),
        "p90_s": round(quantile(values, 0.9) or 0),
    }


def waiting_report(work: Work, office: Office, first: date, last: date) -> dict[str, Any]:
    """Return the figures of the local days `first` to `last`, both included.

    Waits run from joining a line to the call that was answered; tickets that expired at the close
    of a day are counted apart and are in no average.
    """
    counts: dict[str, int] = dict.fromkeys((each.value for each in Status), 0)
    for status, count in work.session.execute(
        select(Ticket.status, func.count())
        .where(Ticket.office_id == office.id, Ticket.day.between(first, last))
        .group_by(Ticket.status)
    ):
        counts[status] = count
    waits: dict[str, list[float]] = {}
    services: dict[str, list[float]] = {}
    names: dict[str, dict[str, str]] = {}
    rows = work.session.execute(
        select(
            Service.code,
            Service.names,
            Step.queued_at,
            Step.called_at,
            Step.started_at,
            Step.ended_at,
            Step.start_inferred,
            Step.outcome,
        )
        .join(Service, Service.id == Step.service_id)
        .where(Step.office_id == office.id, Step.day.between(first, last))
        .order_by(Service.position, Step.id)
    )
    for code, service_names, queued, called, started, ended, inferred, outcome in rows:
        names[code] = service_names
        if called is not None and not (outcome or "").startswith(NO_WAIT):
            waits.setdefault(code, []).append(seconds_between(queued, called))
        if started is not None and ended is not None and not inferred and outcome == "done":
            services.setdefault(code, []).append(seconds_between(started, ended))
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "tickets": sum(counts.values()),
        "finished": counts[Status.DONE],
        "no_shows": counts[Status.NO_SHOW],
        "cancelled": counts[Status.CANCELLED],
        "expired": counts[Status.EXPIRED],
        "wait": spread_of([each for some in waits.values() for each in some]),
        "service": spread_of([each for some in services.values() for each in some]),
        "by_service": [
            {
                "code": code,
                "names": names[code],
                "wait": spread_of(waits.get(code, [])),
                "service": spread_of(services.get(code, [])),
            }
            for code in names
        ],
    }


def today(work: Work, office: Office, now: datetime) -> dict[str, Any]:
    """Return the day so far: who waits, who is served, and the longest wait now."""
    day = office.open_day or office.today(now)
    open_now = work.session.execute(
        select(Ticket.status, Ticket.service_id, Ticket.label, Ticket.arrived_at)
        .where(
            Ticket.office_id == office.id,
            Ticket.status.in_([Status.WAITING, Status.CALLED, Status.SERVING, Status.HELD]),
        )
        .order_by(Ticket.arrived_at, Ticket.id)
    ).all()
    by_status = {status.value: 0 for status in Status}
    longest = None
    by_service: dict[int, int] = {}
    longest_by_service: dict[int, int] = {}
    for status, service_id, label, arrived in open_now:
        by_status[status] += 1
        if status == Status.WAITING:
            waited = round(seconds_between(arrived, now))
            by_service[service_id] = by_service.get(service_id, 0) + 1
            longest_by_service.setdefault(service_id, waited)
            if longest is None:
                longest = {"label": label, "waited_s": waited}
    return {
        "day": day.isoformat(),
        "waiting": by_status[Status.WAITING],
        "called": by_status[Status.CALLED],
        "serving": by_status[Status.SERVING],
        "held": by_status[Status.HELD],
        "longest": longest,
        "waiting_by_service": by_service,
        "longest_by_service": longest_by_service,
        "report": waiting_report(work, office, day, day),
    }
