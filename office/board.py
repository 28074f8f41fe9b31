"""What a waiting room shows: whom the counters serve, the last calls, and how many wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from office.journal import JournalRow, Kind, recent_of
from office.place import Counter, Office, Service, counters_of, services_of
from office.tickets import AT_COUNTER, Status, Step, Ticket
from storage.work import Work

RECENT = 12


def waiting_counts(work: Work, office_id: int) -> dict[int, int]:
    """Return how many wait for each service, by service id."""
    rows = work.session.execute(
        select(Ticket.service_id, func.count())
        .where(Ticket.office_id == office_id, Ticket.status == Status.WAITING.value)
        .group_by(Ticket.service_id)
    )
    return dict(rows.all())


def standing_calls(work: Work, office: Office) -> list[JournalRow]:
    """Return the open day's newest calls, newest first, without those that were put back."""
    kinds = (Kind.CALLED, Kind.RECALLED, Kind.PUT_BACK)
    standing: list[JournalRow] = []
    put_back: set[str] = set()
    for row in recent_of(work, office, kinds, 2 * RECENT):
        label = row.detail["label"]
        if row.kind == Kind.PUT_BACK:
            put_back.add(label)
        elif label not in put_back:
            standing.append(row)
    return standing[:RECENT]


def board(work: Work, office: Office, now: datetime) -> dict[str, Any]:
    """Return the board of the office with the version it stands at."""
    services = services_of(work, office.id)
    counts = waiting_counts(work, office.id)
    serving = work.session.execute(
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
        .where(Ticket.office_id == office.id, Ticket.status.in_(AT_COUNTER))
        .order_by(Counter.number)
    )
    recent = standing_calls(work, office)
    missed = work.session.scalars(
        select(Ticket.label)
        .join(Step, Step.ticket_id == Ticket.id)
        .where(
            Ticket.office_id == office.id,
            Ticket.day == office.open_day,
            Ticket.status == Status.NO_SHOW.value,
        )
        .group_by(Ticket.id, Ticket.label)
        .order_by(func.max(Step.ended_at).desc(), Ticket.id.desc())
        .limit(RECENT)
    )
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
        },
        "serving": [
            {
                "label": label,
                "counter": number,
                "since": since.isoformat(),
                "status": status,
                "service": code,
            }
            for label, number, since, status, code in serving
        ],
        "recent": [
            {
                "label": row.detail["label"],
                "counter": row.detail["counter"],
                "service": row.detail["service"],
                "at": row.at.isoformat(),
                "kind": row.kind,
                "version": row.version,
            }
            for row in recent
        ],
        "missed": list(missed),
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
                "open": each.is_open,
            }
            for each in counters_of(work, office.id)
        ],
        "running_text": office.running_text,
    }
