"""What a waiting room shows: whom the counters serve, the last calls, and how many wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select

from office import early, hours
from office.journal import JournalRow, Kind, recent_of
from office.people import Account
from office.place import Counter, Office, Service, services_of
from office.screens import Place
from office.tickets import IS_AT_COUNTER, IS_OPEN, Status, Step, Ticket
from office.zones import Zone, counters_by_zone, counters_in, services_in, zones_of
from storage.work import Work

RECENT = 12
#: Where somebody stands who is not in one of the zones.
WHOLE = Place()


#: How many wait in an `office` for each service.
COUNTS = (
    select(Ticket.service_id, func.count())
    .where(Ticket.office_id == bindparam("office"), IS_OPEN, Ticket.status == Status.WAITING.value)
    .group_by(Ticket.service_id)
)


def waiting_counts(work: Work, office_id: int) -> dict[int, int]:
    """Return how many wait for each service, by service id."""
    return dict(work.session.execute(COUNTS, {"office": office_id}).all())


def standing_calls(
    work: Work, office: Office, counters: set[int] | None = None
) -> list[JournalRow]:
    """Return the open day's newest calls, newest first, without those that were put back.

    Those of all counters, unless their numbers are given.
    """
    kinds = (Kind.CALLED, Kind.RECALLED, Kind.PUT_BACK, Kind.UNDONE)
    standing: list[JournalRow] = []
    put_back: set[str] = set()
    for row in recent_of(work, office, kinds, 2 * RECENT, counters):
        label = row.detail["label"]
        if row.kind == Kind.PUT_BACK or row.detail.get("undone") == Kind.CALLED:
            put_back.add(label)
        elif row.kind == Kind.UNDONE:
            continue
        elif label not in put_back:
            standing.append(row)
    return standing[:RECENT]


def board(work: Work, office: Office, now: datetime, place: Place = WHOLE) -> dict[str, Any]:
    """Return what a screen in `place` shows of the office, with the version it stands at."""
    counters = counters_in(work, office.id, place.zone_id)
    numbers = None if place.zone_id is None else {each.number for each in counters}
    offered = services_in(work, office.id, place.zone_id)
    services = [
        each for each in services_of(work, office.id) if offered is None or each.id in offered
    ]
    counts = waiting_counts(work, office.id)
    zones = zones_of(work, office.id)
    here = next((each for each in zones if each.id == place.zone_id), None)
    ways = _ways(work, office.id, zones)
    return {
        "version": office.version,
        "at": now.isoformat(),
        "office": {
            "code": office.code,
            "name": office.name("id"),
            "names": office.names,
            "timezone": office.timezone,
            "locales": office.locales,
            "rehearsal": office.rehearsal,
            **hours.doors(work, office, now),
        },
        "zone": _told(here),
        "serving": _serving(work, office, counters),
        "recent": [
            {
                "label": row.detail["label"],
                "counter": row.detail["counter"],
                "service": row.detail["service"],
                "at": row.at.isoformat(),
                "kind": row.kind,
                "version": row.version,
                "locale": row.detail.get("locale"),
            }
            for row in standing_calls(work, office, numbers)
        ],
        "missed": _missed(work, office, counters),
        "waiting": {service.code: counts.get(service.id, 0) for service in services},
        "services": [
            {"code": each.code, "letter": each.letter, "names": each.names, "icon": each.icon}
            for each in services
        ],
        "counters": [
            {
                "number": each.number,
                "name": each.name("id"),
                "names": each.names,
                "open": each.is_calling,
                "back_at": each.back_at.isoformat() if each.back_at else None,
                "paused": each.paused_at is not None,
                "zone": _told(ways.get(each.number)),
            }
            for each in counters
        ],
        "closed_early": early.told(work, office, now),
        "running_text": office.running_text,
    }


def clerk_shown_at(work: Work, office: Office, number: int | None) -> str | None:
    """Return the first name of whoever is signed on at a counter, where signs show it."""
    if number is None or not office.names_on_signs:
        return None
    name = work.session.scalars(
        select(Account.name)
        .join(Counter, Counter.account_id == Account.id)
        .where(Counter.office_id == office.id, Counter.number == number)
    ).first()
    return name.split()[0] if name and name.split() else None


def _serving(work: Work, office: Office, counters: list[Counter]) -> list[dict[str, Any]]:
    rows = work.session.execute(
        select(
            Ticket.label,
            Counter.number,
            func.coalesce(Step.called_at, Step.started_at),
            Ticket.status,
            Service.code,
        )
        .join(Counter, Counter.id == Ticket.counter_id)
        .join(Step, (Step.ticket_id == Ticket.id) & Step.ended_at.is_(None))
        .join(Service, Service.id == Ticket.service_id)
        .where(
            Ticket.office_id == office.id,
            IS_AT_COUNTER,
            Counter.id.in_([each.id for each in counters]),
        )
        .order_by(Counter.number)
    )
    return [
        {
            "label": label,
            "counter": number,
            "since": since.isoformat(),
            "status": status,
            "service": code,
        }
        for label, number, since, status, code in rows
    ]


def _missed(work: Work, office: Office, counters: list[Counter]) -> list[str]:
    """Return the labels of those who did not come to one of the counters, the newest first."""
    return list(
        work.session.scalars(
            select(Ticket.label)
            .join(Step, Step.ticket_id == Ticket.id)
            .where(
                Ticket.office_id == office.id,
                Ticket.day == office.open_day,
                Ticket.status == Status.NO_SHOW.value,
                Step.outcome == "no_show",
                Step.counter_id.in_([each.id for each in counters]),
            )
            .group_by(Ticket.id, Ticket.label)
            .order_by(func.max(Step.ended_at).desc(), Ticket.id.desc())
            .limit(RECENT)
        )
    )


def _ways(work: Work, office_id: int, zones: list[Zone]) -> dict[int, Zone]:
    """Return the first zone of each counter that is in one, by the counter's number."""
    shown = counters_by_zone(work, office_id)
    found: dict[int, Zone] = {}
    for zone in zones:
        for number in shown.get(zone.id, []):
            found.setdefault(number, zone)
    return found


def _told(zone: Zone | None) -> dict[str, Any] | None:
    return None if zone is None else {"id": zone.id, "names": zone.names, "arrow": zone.arrow}
