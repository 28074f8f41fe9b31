"""The figures of the queue: how many came, how long they waited and how they were served."""

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from office import outages, summaries
from office.clock import local_midnight, seconds_between
from office.errors import Invalid
from office.people import Account, as_counted
from office.place import Office, PriorityClass, Service
from office.staffing.target import target_of
from office.summaries_day import NO_WAIT, count_day
from office.summaries_tally import ERROR_S, ERROR_SHARE, Cell, Tally
from office.tickets import IS_OPEN, Status, Ticket
from storage.work import Work

__all__ = ["NO_WAIT", "quantile", "spread_of", "tally_of", "today", "waiting_report"]

DAY = timedelta(days=1)
#: Below so many visitors served, a clerk's figures are not told.
ENOUGH = 20
#: Why stretches are in no spread of waits, and why in none of service times.
WAITS_LEFT_OUT = ("missed_call", "not_called", "open", "clock")
SERVICES_LEFT_OUT = ("inferred", "short", "interrupted", "across", "open", "clock")
#: What a counter can be doing.
DESK_STATUSES = ("serving", "called", "idle", "paused", "closed")


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


def tally_of(
    work: Work,
    office: Office,
    first: date,
    last: date,
    service: str = "",
    now: datetime | None = None,
) -> Tally:
    """Count the local days `first` to `last`: the open day from its rows, others from summaries.

    With the code of a service only its own stretches are counted; with `now` counters that are
    open are told until then.
    """
    tally = Tally()
    open_day = office.open_day
    if open_day is None or first > open_day:
        return tally
    if first < open_day:
        past = min(last, open_day - timedelta(days=1))
        summaries.add_past(work, office, first, past, service, tally)
    if last >= open_day:
        still = now is not None and office.today(now) == open_day
        found = count_day(work, office, open_day, now if still else None).get(service)
        if found is not None:
            tally.merge(found.packed())
    return tally


def waiting_report(
    work: Work,
    office: Office,
    first: date,
    last: date,
    service: str | None = None,
    clerk: int | None = None,
    now: datetime | None = None,
) -> dict[str, Any]:
    """Return the figures of the local days `first` to `last`, both included.

    Waits run from joining a line to the call that was answered; tickets that expired at the close
    of a day are counted apart and are in no average. One service, and one clerk to be told apart,
    can be chosen. Raises Invalid for a service or a clerk that the office does not have.
    """
    services = {
        each.code: each
        for each in work.session.scalars(
            select(Service)
            .where(Service.office_id == office.id)
            .order_by(Service.position, Service.id)
        )
    }
    if service and service not in services:
        raise Invalid(fields={"service": ["no service has this code"]})
    tally = tally_of(work, office, first, last, service or "", now)
    aim = target_of(office)
    report = totals(tally, first, last)
    report["target"] = {
        "answered": tally.all["answered"],
        "within": tally.all["within_target"],
        "minutes": aim.minutes,
        "percent": aim.percent,
        "share": share(tally.all["within_target"], tally.all["answered"]),
    }
    report["service_filter"] = service or None
    report["by_service"] = [
        {
            "code": code,
            "names": services[code].names,
            "target_s": 60 * (services[code].target_wait_min or aim.minutes),
            **told(tally.cells["service"][code]),
        }
        for code in services
        if code in tally.cells["service"]
    ]
    report |= by_time(tally)
    report["by_counter"] = [
        {"number": int(key), **told(cell), "time": desk_time(cell)}
        for key, cell in sorted(tally.cells["counter"].items(), key=lambda each: int(each[0]))
    ]
    report["by_channel"] = [
        {"channel": key, **told(cell)} for key, cell in sorted(tally.cells["channel"].items())
    ]
    report["by_class"] = [
        {"code": code, "names": names, **told(tally.cells["class"][code])}
        for code, names in work.session.execute(
            select(PriorityClass.code, PriorityClass.names)
            .where(PriorityClass.office_id == office.id)
            .order_by(PriorityClass.position, PriorityClass.id)
        )
        if code in tally.cells["class"]
    ]
    report["clerk"] = _of_clerk(work, office, tally, clerk) if clerk is not None else None
    report["outages"] = _outages(work, office, first, last, service)
    return report


def totals(tally: Tally, first: date, last: date) -> dict[str, Any]:
    """Return the figures of everybody in a period, as they begin every report."""
    everybody = tally.all
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "days": everybody["days"],
        "tickets": everybody["tickets"],
        **told(everybody),
        "open": everybody["open"],
        "carried_over": {
            each: everybody[f"left_{each}"] for each in ("waiting", "called", "serving", "held")
        },
        "recalls": everybody["recalls"],
        "put_back": everybody["put_back"],
        "transfers": everybody["transfers"],
        "out_of_order": everybody["out_of_order"],
        "time": desk_time(everybody),
        "left_out": {
            "waits": {each: everybody[f"wait_{each}"] for each in WAITS_LEFT_OUT}
            | {"expired": everybody["expired"]},
            "services": {each: everybody[f"service_{each}"] for each in SERVICES_LEFT_OUT},
        },
        "longest": [
            {
                "ticket_id": each.ticket_id,
                "day": each.day,
                "label": each.label,
                "service": each.service,
                "status": each.status,
                "waited_s": each.waited_s,
            }
            for each in tally.longest
        ],
        "error": {"seconds": ERROR_S, "share": ERROR_SHARE},
    }


def told(cell: Cell) -> dict[str, Any]:
    """Return the counts and times of one service, hour, counter ... as reports tell them."""
    return {
        "tickets": cell["tickets"],
        "stretches": cell["stretches"],
        "finished": cell["finished"],
        "no_shows": cell["no_shows"],
        "cancelled": cell["cancelled"],
        "expired": cell["expired"],
        "within_target": share(cell["within_target"], cell["answered"]),
        "wait": cell.spread("wait").told(),
        "wait_first_call": cell.spread("first").told(),
        "service": cell.spread("service").told(),
    }


def share(part: int, whole: int) -> float | None:
    """Return a share between 0 and 1, or nothing of nothing."""
    return round(part / whole, 4) if whole else None


def desk_time(cell: Cell) -> dict[str, int]:
    """Return the seconds that counters spent in each status."""
    return {f"{each}_s": cell[f"{each}_s"] for each in DESK_STATUSES}


def merged(cells: Iterable[Cell]) -> Cell:
    """Return the sum of cells."""
    found = Cell()
    for each in cells:
        found.merge(each.packed())
    return found


def by_time(tally: Tally) -> dict[str, Any]:
    """Return the figures by hour, by weekday, and by both for the heat map."""
    slots = {int(key): cell for key, cell in tally.cells["slot"].items()}
    hours = sorted({slot % 24 for slot in slots})
    weekdays = sorted({slot // 24 for slot in slots})
    days = tally.all["days"]
    by_hour = []
    for hour in hours:
        cell = merged(slots[each] for each in sorted(slots) if each % 24 == hour)
        staffed = sum(cell[f"{each}_s"] for each in ("serving", "called", "idle"))
        by_hour.append(
            {
                "hour": hour,
                **told(cell),
                "completed": cell["completed"],
                "arrivals_a_day": round(cell["tickets"] / days, 1) if days else None,
                # a counter open for some minutes is not none
                "open_counters": max(round(staffed / 3600 / days, 1), 0.1 if staffed else 0.0)
                if days
                else None,
            }
        )
    by_weekday = []
    for weekday in weekdays:
        cell = merged(slots[each] for each in sorted(slots) if each // 24 == weekday)
        count = tally.all[f"days_{weekday}"]
        by_weekday.append(
            {
                "weekday": weekday,
                "days": count,
                **told(cell),
                "completed": cell["completed"],
                "arrivals_a_day": round(cell["tickets"] / count, 1) if count else None,
            }
        )
    heat = []
    for slot, cell in sorted(slots.items()):
        count = tally.all[f"days_{slot // 24}"]
        heat.append(
            {
                "weekday": slot // 24,
                "hour": slot % 24,
                "tickets": cell["tickets"],
                "arrivals_a_day": round(cell["tickets"] / count, 1) if count else None,
                "median_s": cell.spread("wait").quantile(0.5),
            }
        )
    return {"by_hour": by_hour, "by_weekday": by_weekday, "heat": heat}


def _outages(
    work: Work, office: Office, first: date, last: date, service: str | None
) -> list[dict[str, Any]]:
    """Return when services stood still for want of something, the oldest first."""
    began = local_midnight(max(first, date.min + DAY), office.timezone)
    ended = local_midnight(min(last, date.max - DAY) + DAY, office.timezone)
    return [
        {
            "need": each.need,
            "services": each.services,
            "began_at": each.began_at.isoformat(),
            "ended_at": each.ended_at.isoformat() if each.ended_at is not None else None,
        }
        for each in outages.between(work, office.id, began, ended)
        if service is None or service in each.services
    ]


def _of_clerk(work: Work, office: Office, tally: Tally, clerk: int) -> dict[str, Any]:
    """Return the figures of one clerk, unless there are too few to be fair."""
    account = work.session.scalars(
        select(Account).where(Account.office_id == office.id, Account.id == clerk)
    ).first()
    if account is None:
        raise Invalid(fields={"clerk": ["no account has this number"]})
    cell = tally.cells["clerk"].get(str(clerk), Cell())
    enough = cell.spread("service").count >= ENOUGH
    return {
        "id": account.id,
        "name": account.name,
        "enough": enough,
        "needed": ENOUGH,
        "figures": {**told(cell), "time": desk_time(cell)} if enough else None,
    }


def clerks_of(work: Work, office: Office) -> list[tuple[int, str]]:
    """Return the number and name of everybody who has ever been signed on at a counter."""
    rows = work.session.execute(
        select(Account.id, Account.name)
        .where(Account.office_id == office.id, Account.role.in_(["staff", "supervisor"]))
        .order_by(Account.id)
    )
    return sorted(((number, name) for number, name in rows), key=lambda each: as_counted(each[1]))


def today(work: Work, office: Office, now: datetime) -> dict[str, Any]:
    """Return the day so far: who waits, who is served, and the longest wait now."""
    day = office.open_day or office.today(now)
    open_now = work.session.execute(
        select(Ticket.status, Ticket.service_id, Ticket.label, Ticket.arrived_at)
        .where(
            Ticket.office_id == office.id,
            IS_OPEN,
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
    so_far = count_day(work, office, day, with_journal=False).get("", Tally())
    return {
        "day": day.isoformat(),
        "waiting": by_status[Status.WAITING],
        "called": by_status[Status.CALLED],
        "serving": by_status[Status.SERVING],
        "held": by_status[Status.HELD],
        "longest": longest,
        "waiting_by_service": by_service,
        "longest_by_service": longest_by_service,
        "report": totals(so_far, day, day),
    }
