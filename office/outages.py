"""Outages: what an office depends on and has not got, and the services that stand still for it.

Whoever waits for such a service keeps the place they had: nobody of it is called, and while it
stands still every one of its visitors gains the same, so that their order is the old one when it
goes on.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from office import journal, policy
from office.clock import seconds_between
from office.errors import Conflict, Unknown
from office.journal import Kind
from office.people import Actor, Right
from office.place import (
    Names,
    Office,
    PolicyName,
    PriorityClass,
    Service,
    service_named,
    services_of,
)
from office.tickets import IS_OPEN, Status, Ticket
from storage.base import Base
from storage.work import Work


class Need(StrEnum):
    """What a service may not be given without."""

    NATIONAL_DATABASE = "national_database"
    NETWORK = "network"
    BLANK_CARDS = "blank_cards"
    INK = "ink"


#: What visitors are told, in the languages every office has.
SENTENCES: dict[str, Names] = {
    Need.NATIONAL_DATABASE: {
        "id": "Basis data pusat sedang terganggu. Belum diketahui kapan pulih.",
        "en": "The national database does not answer. Nobody knows yet for how long.",
    },
    Need.NETWORK: {
        "id": "Jaringan sedang terganggu. Belum diketahui kapan pulih.",
        "en": "The network is down. Nobody knows yet for how long.",
    },
    Need.BLANK_CARDS: {
        "id": "Blangko sedang habis. Belum diketahui kapan tersedia.",
        "en": "There are no blank cards. Nobody knows yet for how long.",
    },
    Need.INK: {
        "id": "Tinta cetak sedang habis. Belum diketahui kapan tersedia.",
        "en": "There is no ink to print with. Nobody knows yet for how long.",
    },
}


class OutageStanding(Conflict):
    """The outage has been reported already."""

    code = "outage_standing"


class OutageUnknown(Unknown):
    """There is no such outage now."""

    code = "outage_unknown"


class NothingNeedsIt(Conflict):
    """No service on offer is said to need this."""

    code = "nothing_needs_it"


class Outage(Base):
    """A stretch of time without something that services need."""

    __tablename__ = "outages"
    __table_args__ = (
        Index(
            "uq_outages_open",
            "office_id",
            "need",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_outages_office_id_began_at", "office_id", "began_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    need: Mapped[str] = mapped_column(String(20))
    #: The codes of the services that stood still.
    services: Mapped[list[str]]
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


def still_text(service: Service) -> Names:
    """Return what visitors are told of a service that is suspended, by language."""
    if service.stopped_for is not None:
        return SENTENCES[service.stopped_for]
    return service.suspended_text


def standing(work: Work, office_id: int) -> list[Outage]:
    """Return the outages of this moment, the oldest first."""
    return list(
        work.session.scalars(
            select(Outage)
            .where(Outage.office_id == office_id, Outage.ended_at.is_(None))
            .order_by(Outage.id)
        )
    )


def between(work: Work, office_id: int, first: datetime, last: datetime) -> list[Outage]:
    """Return the outages that touch the time from `first` to `last`, the oldest first."""
    return list(
        work.session.scalars(
            select(Outage)
            .where(
                Outage.office_id == office_id,
                Outage.began_at < last,
                Outage.ended_at.is_(None) | (Outage.ended_at > first),
            )
            .order_by(Outage.began_at, Outage.id)
        )
    )


def set_needs(
    work: Work, office: Office, actor: Actor, now: datetime, code: str, needs: Iterable[Need]
) -> Service:
    """Say what a service cannot be given without; from the next outage on.

    Raises Forbidden or ServiceUnknown.
    """
    actor.need(Right.MANAGE)
    service = service_named(work, office.id, code)
    service.needs = [each.value for each in Need if each in set(needs)]
    journal.append(
        work,
        office,
        Kind.SERVICE_CHANGED,
        actor,
        now,
        service=service.code,
        needs=service.needs,
    )
    return service


def begin(work: Work, office: Office, actor: Actor, now: datetime, need: Need) -> Outage:
    """Let every service that needs `need` stand still, those waiting with their places.

    Raises Forbidden, OutageStanding or NothingNeedsIt.
    """
    actor.need(Right.RUN_FLOOR)
    open_now = standing(work, office.id)
    if any(each.need == need for each in open_now):
        raise OutageStanding(need=need.value)
    hit = [each for each in services_of(work, office.id) if need in (each.needs or ())]
    if not hit:
        raise NothingNeedsIt(need=need.value)
    codes = [each.code for each in hit]
    outage = Outage(office_id=office.id, need=need.value, services=codes, began_at=now)
    work.session.add(outage)
    for service in hit:
        if service.stopped_for is None:
            service.stopped_for, service.stopped_since = need.value, now
    journal.append(work, office, Kind.OUTAGE_BEGAN, actor, now, need=need.value, services=codes)
    return outage


def end(work: Work, office: Office, actor: Actor, now: datetime, need: Need) -> Outage:
    """Let the services go on that lacked nothing but `need`, in the order that was.

    Raises Forbidden or OutageUnknown.
    """
    actor.need(Right.RUN_FLOOR)
    open_now = standing(work, office.id)
    outage = next((each for each in open_now if each.need == need), None)
    if outage is None:
        raise OutageUnknown(need=need.value)
    outage.ended_at = now
    left = [each for each in open_now if each is not outage]
    stopped = list(
        work.session.scalars(
            select(Service)
            .where(Service.office_id == office.id, Service.stopped_for.is_not(None))
            .order_by(Service.position, Service.code)
        )
    )
    going_on = []
    for service in stopped:
        still = [each for each in left if service.code in each.services]
        if still:
            service.stopped_for = still[0].need
        else:
            going_on.append(service)
            _thaw(work, office, service, now)
            service.stopped_for = service.stopped_since = None
    journal.append(
        work,
        office,
        Kind.OUTAGE_ENDED,
        actor,
        now,
        need=need.value,
        services=[each.code for each in going_on],
        minutes=round(seconds_between(outage.began_at, now) / 60),
    )
    return outage


def _thaw(work: Work, office: Office, service: Service, now: datetime) -> None:
    """Give those waiting for `service` the order they had when it came to stand still."""
    since = service.stopped_since
    if office.policy != PolicyName.ACCUMULATING or since is None:
        return
    rows = work.session.execute(
        select(Ticket, PriorityClass.rate)
        .join(PriorityClass, PriorityClass.id == Ticket.class_id)
        .where(
            Ticket.office_id == office.id,
            Ticket.service_id == service.id,
            IS_OPEN,
            Ticket.status.in_([Status.WAITING.value, Status.HELD.value]),
        )
        .order_by(Ticket.id)
    )
    for ticket, rate in rows:
        ticket.line_since = policy.thawed(rate, ticket.line_since, since, now)


def touched(spans: Iterable[Outage], code: str, first: datetime, last: datetime) -> bool:
    """Say whether the service with `code` stood still at any time from `first` to `last`."""
    return any(
        code in each.services
        and each.began_at < last
        and (each.ended_at is None or each.ended_at > first)
        for each in spans
    )
