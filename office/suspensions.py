"""Suspensions: giving no tickets for a service, with a message, until a time or until told."""

from datetime import date, datetime, timedelta

from babel.dates import format_date
from sqlalchemy import select

from office import journal
from office.clock import local_midnight
from office.errors import Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import Names, Office, Service, service_named
from storage.work import Work

#: The longest message, in characters.
LONGEST = 200
#: How far ahead the first day of a service may lie.
FARTHEST = timedelta(days=366)
BEGINS: Names = {"id": "Dilayani mulai {day}.", "en": "Served from {day}."}


def suspend(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    code: str,
    message: Names,
    until: datetime | None = None,
) -> Service:
    """Give no more tickets for a service; those waiting for it are still called.

    Raises Forbidden, ServiceUnknown or Invalid.
    """
    actor.need(Right.RUN_FLOOR)
    service = service_named(work, office.id, code)
    if until is not None and until <= now:
        raise Invalid(fields={"until": "in the past"})
    if any(len(each) > LONGEST for each in message.values()):
        raise Invalid(fields={"message": f"at most {LONGEST} characters"})
    service.suspended = True
    service.suspended_text = {locale: text for locale, text in message.items() if text}
    service.suspended_until = until
    _tell(work, office, actor, now, service)
    return service


def begin_on(
    work: Work, office: Office, actor: Actor, now: datetime, code: str, first: date
) -> None:
    """Give tickets for a service from a day to come on, and let kiosks announce it until then.

    Raises Forbidden, ServiceUnknown, or Invalid for a day that is past or a year away.
    """
    today = office.today(now)
    if not today <= first <= today + FARTHEST:
        raise Invalid(fields={"first_day": "today or within a year"})
    if first > today:
        texts = {
            locale: begins.format(day=format_date(first, "EEEE, d MMMM y", locale))
            for locale, begins in BEGINS.items()
        }
        until = local_midnight(first, office.timezone)
        suspend(work, office, actor, now, code, texts, until)


def resume(work: Work, office: Office, actor: Actor, now: datetime, code: str) -> Service:
    """Give tickets for a service again. Raises Forbidden or ServiceUnknown."""
    actor.need(Right.RUN_FLOOR)
    service = service_named(work, office.id, code)
    if service.suspended:
        _lift(work, office, actor, now, service)
    return service


def lift_overdue(work: Work, office: Office, actor: Actor, now: datetime) -> int:
    """Lift the suspensions whose time has come; return how many there were."""
    overdue = list(
        work.session.scalars(
            select(Service)
            .where(
                Service.office_id == office.id,
                Service.suspended.is_(True),
                Service.suspended_until <= now,
            )
            .order_by(Service.position, Service.code)
        )
    )
    for service in overdue:
        _lift(work, office, actor, now, service)
    return len(overdue)


def _lift(work: Work, office: Office, actor: Actor, now: datetime, service: Service) -> None:
    service.suspended = False
    service.suspended_text = {}
    service.suspended_until = None
    _tell(work, office, actor, now, service)


def _tell(work: Work, office: Office, actor: Actor, now: datetime, service: Service) -> None:
    until = service.suspended_until
    journal.append(
        work,
        office,
        Kind.SERVICE_CHANGED,
        actor,
        now,
        service=service.code,
        suspended=service.suspended,
        until=until.isoformat() if until is not None else None,
    )
