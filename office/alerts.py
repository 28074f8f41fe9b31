"""Alerts of the floor: what a supervisor should look at now, and who has seen it.

Pure rules over what the floor shows; an alert's key says what it is about and since when, so that
an acknowledgement ends with its occasion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.clock import seconds_between
from office.errors import Unknown
from office.journal import Kind
from office.people import Account, Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work


class Sort(StrEnum):
    """What an alert is about."""

    HELP = "help"
    TALK = "talk"
    LOW_RATING = "low_rating"
    UNSERVED = "unserved"
    LONG_WAIT = "long_wait"
    LONG_VISIT = "long_visit"
    IDLE = "idle"
    PRINTER = "printer"
    SILENT = "silent"
    MEDIA = "media"
    HURRY = "hurry"
    CLOCK = "clock"


#: What an outage makes untrue or useless, and so is not told while one lasts.
MUTED_IN_OUTAGE = (Sort.LONG_WAIT, Sort.IDLE)


class AlertUnknown(Unknown):
    """There is no such alert now."""

    code = "alert_unknown"


class Acknowledgement(Base):
    """That somebody has seen an alert and takes care of it."""

    __tablename__ = "acknowledgements"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    alert: Mapped[str] = mapped_column(String(80), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]


@dataclass(frozen=True)
class Alert:
    """One thing to look at; which facts it has depends on its sort."""

    key: str
    sort: Sort
    minutes: int = 0
    counter: int | None = None
    service: str | None = None
    label: str | None = None
    count: int | None = None
    device: str | None = None
    device_id: int | None = None
    trouble: str | None = None
    #: Codes of what visitors touched beside a low rating.
    reasons: Sequence[str] = ()


@dataclass(frozen=True)
class Post:
    """A counter as the alerts see it."""

    number: int
    is_open: bool
    #: The codes of those who could be called here now.
    can_call: int
    #: Since when it has had no visitor, or its visitor has been there.
    since: datetime | None
    label: str | None = None
    #: Minutes within which its visitor's service should be done, where not the office's own.
    target_min: int | None = None


@dataclass(frozen=True)
class Queue:
    """Those waiting for a service, as the alerts see them."""

    code: str
    waiting: int
    oldest: str | None
    oldest_since: datetime | None
    counters_open: int
    stopped: bool = False
    #: Minutes within which its visitors should be called, where not the office's own.
    target_min: int | None = None


def of_floor(
    posts: Sequence[Post],
    queues: Sequence[Queue],
    targets: Mapping[str, int],
    now: datetime,
    in_outage: bool,
) -> list[Alert]:
    """Return the alerts of counters and lines; `targets` holds minutes: wait, serve and idle.

    A service's own target goes before the office's.
    """

    def minutes(since: datetime | None) -> int:
        return 0 if since is None else int(seconds_between(since, now) // 60)

    found: list[Alert] = []
    for queue in queues:
        if not queue.waiting or queue.stopped:
            continue
        waited = minutes(queue.oldest_since)
        about = f"{queue.code}:{queue.oldest}"
        if not queue.counters_open:
            found.append(
                Alert(
                    f"{Sort.UNSERVED}:{about}",
                    Sort.UNSERVED,
                    waited,
                    service=queue.code,
                    count=queue.waiting,
                )
            )
        elif waited >= (queue.target_min or targets["wait"]):
            found.append(
                Alert(
                    f"{Sort.LONG_WAIT}:{about}",
                    Sort.LONG_WAIT,
                    waited,
                    service=queue.code,
                    label=queue.oldest,
                )
            )
    for post in posts:
        been = minutes(post.since)
        began = post.since.isoformat(timespec="minutes") if post.since is not None else ""
        if post.label is not None and been >= (post.target_min or targets["serve"]):
            found.append(
                Alert(
                    f"{Sort.LONG_VISIT}:{post.number}:{post.label}:{began}",
                    Sort.LONG_VISIT,
                    been,
                    counter=post.number,
                    label=post.label,
                )
            )
        elif post.is_open and post.label is None and post.can_call and been >= targets["idle"]:
            found.append(
                Alert(
                    f"{Sort.IDLE}:{post.number}:{began}",
                    Sort.IDLE,
                    been,
                    counter=post.number,
                    count=post.can_call,
                )
            )
    return [each for each in found if not (in_outage and each.sort in MUTED_IN_OUTAGE)]


def acknowledged(work: Work, office_id: int) -> dict[str, tuple[str | None, datetime]]:
    """Return who has seen which alert, and when."""
    rows = work.session.execute(
        select(Acknowledgement.alert, Account.name, Acknowledgement.at)
        .outerjoin(Account, Account.id == Acknowledgement.account_id)
        .where(Acknowledgement.office_id == office_id)
    )
    return {alert: (name, at) for alert, name, at in rows}


def acknowledge(work: Work, office: Office, actor: Actor, now: datetime, alert: Alert) -> None:
    """Note that the actor has seen `alert`; seen once is seen. Raises Forbidden."""
    actor.need(Right.RUN_FLOOR)
    if work.session.get(Acknowledgement, (office.id, alert.key)) is not None:
        return
    work.session.add(
        Acknowledgement(office_id=office.id, alert=alert.key, account_id=actor.account_id, at=now)
    )
    journal.append(
        work,
        office,
        Kind.ALERT_ACKNOWLEDGED,
        actor,
        now,
        alert=alert.sort.value,
        service=alert.service,
        counter=alert.counter,
        label=alert.label,
    )


def forget(work: Work, office_id: int) -> None:
    """Drop the acknowledgements of a day that has ended."""
    work.session.execute(delete(Acknowledgement).where(Acknowledgement.office_id == office_id))
