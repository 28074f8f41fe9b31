"""Taking a ticket, following it and giving it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import bindparam, func, select

from office import hours, identity, journal
from office.errors import (
    DayFull,
    LocaleUnknown,
    NumbersSpent,
    OfficeClosed,
    QuotaSpent,
    ReturnInvalid,
    ServiceSuspended,
)
from office.journal import Kind
from office.kiosk_rest import refuse_resting, rest_if_hurried
from office.kiosk_rules import rules_of
from office.matters import Matter, refuse_many, state_on
from office.outages import still_text
from office.people import Actor, Right, secret
from office.place import (
    Office,
    PriorityClass,
    Service,
    class_named,
    classes_of,
    service_named,
    services_of,
)
from office.returning import ReturnRight, right_for, use
from office.tickets import Status, Step, Ticket
from office.waits import UNKNOWN, Wait
from storage.work import Work

#: Where nobody has looked how long it will take.
UNFORESEEN: Mapping[int, Wait] = MappingProxyType({})
#: Where nobody says why.
NO_REASON: Mapping[str, str] = MappingProxyType({})
#: The last number given on a `day` of an `office` under a `prefix`, between `first` and `last`.
LAST_NUMBER = select(func.max(Ticket.number)).where(
    Ticket.office_id == bindparam("office"),
    Ticket.day == bindparam("day"),
    Ticket.prefix == bindparam("prefix"),
    Ticket.number.between(bindparam("first"), bindparam("last")),
)


@dataclass(frozen=True)
class TicketTaken:
    """A ticket was taken; paper and pages may want to know."""

    office_id: int
    ticket_id: int
    label: str


@dataclass(frozen=True)
class Offer:
    """Whether a service can be had now, the code of the reason why not, and the quota left."""

    reason: str | None
    quota_left: int | None


def given_today(work: Work, office: Office) -> dict[int, int]:
    """Return how many files were taken a number for today, of each service, by service id."""
    rows = work.session.execute(
        select(Step.service_id, func.count())
        .where(Step.office_id == office.id, Step.day == office.open_day, Step.position == 1)
        .group_by(Step.service_id)
    )
    given = dict(rows.all())
    several = work.session.execute(
        select(Step.service_id, Ticket.matters)
        .join(Ticket, Ticket.id == Step.ticket_id)
        .where(
            Ticket.office_id == office.id,
            Ticket.day == office.open_day,
            Ticket.matters.is_not(None),
            Step.position == 1,
        )
    ).all()
    if several:
        ids = {each.code: each.id for each in services_of(work, office.id)}
        for first, matters in several:
            given[first] -= 1
            for code, files in (matters or {}).items():
                if code in ids:
                    given[ids[code]] = given.get(ids[code], 0) + files
    return given


def used_up_today(work: Work, office: Office) -> set[int]:
    """Return the ids of the services whose range of numbers is used up today."""
    rows = work.session.scalars(
        select(Service.id)
        .join(
            Ticket,
            (Ticket.office_id == Service.office_id)
            & (Ticket.prefix == Service.letter)
            & (Ticket.number == Service.number_to),
        )
        .where(Service.office_id == office.id, Ticket.day == office.open_day)
    )
    return set(rows)


def full(service: Service, wait: Wait, serving_left: float, files: int = 1) -> bool:
    """Say that a newcomer with so many files could not be sure to be served today.

    Sure is who waits no longer than nine in ten do, and is then served in the service's usual time,
    within the `serving_left` seconds of the counters. Of a wait nobody knows nothing is said.
    """
    return wait.p90_s is not None and wait.p90_s + service.typical_seconds * files > serving_left


def offer(
    service: Service,
    is_open: bool,
    given: int,
    used_up: bool,
    now: datetime,
    is_full: bool = False,
) -> Offer:
    """Say whether `service` can be had.

    `given` tickets of it have been taken today; `used_up` says that there is no number left, and
    `is_full` that a newcomer could not be sure to be served today.
    """
    left = None if service.quota is None else max(service.quota - given, 0)
    if not is_open:
        return Offer(OfficeClosed.code, left)
    if service.is_suspended(now):
        return Offer(ServiceSuspended.code, left)
    if left == 0:
        return Offer(QuotaSpent.code, left)
    if used_up:
        return Offer(NumbersSpent.code, left)
    if is_full:
        return Offer(DayFull.code, left)
    return Offer(None, left)


def take(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    service_code: str | None,
    priority_code: str | None = None,
    locale: str | None = None,
    return_code: str | None = None,
    waits: Mapping[int, Wait] = UNFORESEEN,
    beyond: bool = False,
    files: int = 1,
    further: Sequence[Matter] = (),
    applicant: str | None = None,
    override: identity.Override | None = None,
) -> tuple[Ticket, str]:
    """Take a ticket for a service; return it with its secret token, which is told this once.

    `files` are what the visitor brings for it; `further` follow on the same number, one after the
    other. Each of them is refused as it would be alone.
    `applicant` is the pass of an identity number where the office asks for them, and `override`
    why the reception gives a number all the same; a right to return needs neither.

    A right to return knows its service, which then need not be named; it gives the place due to
    it, and is not refused for the quota.
    `waits` is what a newcomer to each service has to expect; `beyond` gives a number though its
    holder may not be served today, which only a supervisor may.

    Raises ServiceUnknown, PriorityUnknown, LocaleUnknown, OfficeClosed, ServiceSuspended,
    QuotaSpent, NumbersSpent, DayFull, TooManyMatters, TooManyFiles, KioskResting, IdentityNeeded,
    IdentitySpent, Invalid, Forbidden or ReturnInvalid; then nothing has changed.
    """
    right = None
    if return_code is not None:
        right = right_for(work, office, return_code, office.today(now))
        service = _returned_to(work, right, service_code)
    else:
        service = service_named(work, office.id, service_code or "")
    priority = class_named(classes_of(work, office.id), priority_code)
    locale = locale or office.locales[0]
    if locale not in office.locales:
        raise LocaleUnknown(locale=locale, allowed=list(office.locales))
    refuse_resting(work, office, actor, now)
    opening = hours.office_opening(work, office, now)
    if not opening.is_open:
        raise OfficeClosed(opens=opening.opens.isoformat("minutes") if opening.opens else None)
    matters = (Matter(service.code, files), *further)
    rules = rules_of(work, office.id)
    refuse_many(rules, actor, matters)
    if beyond:
        actor.need(Right.SERVE_ANYWHERE)
    left = hours.served_today(work, office, now)
    for each in matters:
        own = each.service == service.code
        wanted = service if own else service_named(work, office.id, each.service)
        if wanted.is_suspended(now):
            raise ServiceSuspended(service=wanted.code, texts=still_text(wanted))
        if right is not None and wanted is service:
            continue
        refuse_beyond_quota(work, office, wanted, each.files)
        if not beyond and full(wanted, waits.get(wanted.id, UNKNOWN), left, each.files):
            raise DayFull(service=wanted.code)
    ticket, token = _made(work, office, now, service, priority, locale)
    detail: dict[str, Any] = {}
    if right is not None:
        detail = use(work, office, right, ticket, now)
    else:
        detail |= identity.use(work, office, rules, actor, now, applicant, override)
    stated = state_on(ticket, matters)
    if stated:
        detail["matters"] = dict(stated)
    journal.append_move(work, office, Kind.TAKEN, actor, now, ticket, None, **detail)
    work.record(TicketTaken(office.id, ticket.id, ticket.label))
    rest_if_hurried(work, office, rules, actor, now)
    return ticket, token


def walk_in(
    work: Work, office: Office, actor: Actor, now: datetime, service_code: str
) -> tuple[Ticket, str]:
    """Give a number at once to a visitor who stands at a counter without one.

    Neither hours nor quota refuse it. Raises Forbidden, ServiceUnknown or NumbersSpent.
    """
    actor.need(Right.WALK_IN)
    service = service_named(work, office.id, service_code)
    ordinary = class_named(classes_of(work, office.id), None)
    ticket, token = _made(work, office, now, service, ordinary, office.locales[0])
    journal.append_move(work, office, Kind.TAKEN, actor, now, ticket, None, walk_in=True)
    work.record(TicketTaken(office.id, ticket.id, ticket.label))
    return ticket, token


def issue_again(
    work: Work, office: Office, actor: Actor, now: datetime, former: Ticket, right: ReturnRight
) -> Ticket:
    """Give the holder of `former` a number of today by `right`, without their asking.

    Raises NumbersSpent.
    """
    ticket, _ = _made(work, office, now, former.service, former.priority, former.locale)
    detail = use(work, office, right, ticket, now)
    journal.append_move(work, office, Kind.TAKEN, actor, now, ticket, None, **detail)
    work.record(TicketTaken(office.id, ticket.id, ticket.label))
    return ticket


def _returned_to(work: Work, right: ReturnRight, service_code: str | None) -> Service:
    """Return the service of `right`. Raises ReturnInvalid where another one is asked for."""
    service = work.session.get_one(Service, right.service_id)
    if service.retired or service_code not in (None, service.code):
        raise ReturnInvalid(service=service_code)
    return service


def _made(
    work: Work,
    office: Office,
    now: datetime,
    service: Service,
    priority: PriorityClass,
    locale: str,
) -> tuple[Ticket, str]:
    number = _next_number(work, office, service)
    token = secret()
    ticket = Ticket.taken(service, number, priority, office.today(now), now, locale, token)
    ticket.queue(now)
    work.session.add(ticket)
    work.session.flush()
    return ticket, token


def cancel(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    ticket: Ticket,
    why: Mapping[str, str] = NO_REASON,
) -> None:
    """Give a waiting or held ticket back; its number is not used again. Raises MoveRefused."""
    former = withdraw(ticket, now)
    detail: dict[str, Any] = dict(why)
    journal.append_move(work, office, Kind.CANCELLED, actor, now, ticket, former, **detail)


def withdraw(ticket: Ticket, now: datetime) -> Status:
    """End a waiting or held ticket unserved; return the status it had. Raises MoveRefused."""
    former = ticket.move(Status.CANCELLED)
    ticket.counter_id = None
    if former is not Status.HELD:
        step = ticket.step
        step.ended_at = now
        step.outcome = "cancelled"
    return former


def refuse_beyond_quota(work: Work, office: Office, service: Service, files: int = 1) -> None:
    """Raise QuotaSpent where today's quota of the service is not enough for `files` more."""
    if service.quota is None:
        return
    given = given_today(work, office).get(service.id, 0)
    if given + files > service.quota:
        raise QuotaSpent(service=service.code, quota=service.quota)


def _next_number(work: Work, office: Office, service: Service) -> int:
    within = {"first": service.number_from, "last": service.number_to}
    asked = {"office": office.id, "day": office.open_day, "prefix": service.letter, **within}
    last = work.session.scalar(LAST_NUMBER, asked)
    number = service.number_from if last is None else last + 1
    if number > service.number_to:
        raise NumbersSpent(service=service.code)
    return number
