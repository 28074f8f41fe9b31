"""Webhooks: programs that are sent what happens in an office, signed, in order, until they have it.

The journal is the outbox: its rows are written with what they tell of, in one transaction and
without a gap, and a webhook is the version up to which it has been sent. So nothing is lost while
its receiver is away, and it can be sent again from any version.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, Index, String, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Conflict, Invalid, Unknown
from office.journal import JournalRow, Kind, changes_after
from office.people import Actor, Right, secret
from office.place import Office
from storage.base import LARGEST, Base
from storage.work import Work

#: Webhooks of an office, characters of an address, and rows sent at a time.
MOST, LONGEST, AT_ONCE = 10, 500, 50
#: Seconds until the next try after each failure in a row; then always the last.
PAUSES = (1, 2, 5, 15, 60, 300)
#: For how long one process has a webhook to itself while it sends.
LEASE = timedelta(seconds=60)


class Family(StrEnum):
    """What a webhook is sent: sign-ins, people and devices are nobody else's business."""

    VISITS = "visits"
    COUNTERS = "counters"
    DAY = "day"
    SETTINGS = "settings"


FAMILIES: dict[Family, frozenset[Kind]] = {
    Family.VISITS: frozenset(each for each in Kind if each.value.startswith("ticket_")),
    Family.COUNTERS: frozenset(
        {
            *(Kind.COUNTER_OPENED, Kind.COUNTER_CLOSED, Kind.COUNTER_PAUSED, Kind.COUNTER_BACK),
            Kind.DESK_WORK,
        }
    ),
    Family.DAY: frozenset(
        {
            *(Kind.DAY_CLOSED, Kind.CLOSED_EARLY, Kind.OPEN_AGAIN, Kind.SENT_HOME),
            *(Kind.OUTAGE_BEGAN, Kind.OUTAGE_ENDED),
        }
    ),
    Family.SETTINGS: frozenset(
        {Kind.OFFICE_CHANGED, Kind.SERVICE_CHANGED, Kind.COUNTER_CHANGED, Kind.ROSTER_CHANGED}
    ),
}


class AddressWrong(Invalid):
    """It is no address that something can be sent to."""

    code = "webhook_address_wrong"


class WebhooksFull(Conflict):
    """The office has as many webhooks as there can be."""

    code = "webhooks_full"


class WebhookUnknown(Unknown):
    """There is no such webhook in this office."""

    code = "webhook_unknown"


class VersionAhead(Invalid):
    """The journal does not go so far yet."""

    code = "version_ahead"


class Webhook(Base):
    """A program that is sent what happens."""

    __tablename__ = "webhooks"
    __table_args__ = (Index("ix_webhooks_office_id", "office_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    url: Mapped[str] = mapped_column(String(LONGEST))
    #: What each message is signed with; the receiver has it too.
    secret: Mapped[str] = mapped_column(String(64))
    families: Mapped[list[str]]
    #: The version up to which it has everything.
    sent: Mapped[int]
    #: Failures in a row, the last one's reason, and since when it fails.
    failures: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(String(120))
    failing_since: Mapped[datetime | None]
    #: When its receiver took something last.
    arrived_at: Mapped[datetime | None]
    #: When it may be tried next; in the future, too, while a process sends.
    next_try_at: Mapped[datetime]

    @property
    def kinds(self) -> frozenset[Kind]:
        """The kinds of rows it is sent."""
        return frozenset[Kind]().union(*(FAMILIES[Family(each)] for each in self.families))


@dataclass(frozen=True)
class Parcel:
    """What is to be sent to one webhook now."""

    webhook: int
    url: str
    body: bytes
    signature: str
    #: The version that it has once this has arrived, and the one it had.
    upto: int
    after: int


def webhooks_of(work: Work, office_id: int) -> Sequence[Webhook]:
    """Return the office's webhooks, the oldest first."""
    return work.session.scalars(
        select(Webhook).where(Webhook.office_id == office_id).order_by(Webhook.id)
    ).all()


def add_webhook(
    work: Work, office: Office, actor: Actor, now: datetime, url: str, families: Sequence[str]
) -> Webhook:
    """Send what happens from now on to `url`.

    Raises Forbidden, Invalid, AddressWrong or WebhooksFull.
    """
    actor.need(Right.MANAGE)
    url = url.strip()
    if len(url) > LONGEST or not _is_address(url):
        raise AddressWrong(fields={"url": "begins with http:// or https://"})
    if not families or not set(families) <= set(map(str, Family)):
        raise Invalid(fields={"families": "one or more of those there are"})
    if len(webhooks_of(work, office.id)) >= MOST:
        raise WebhooksFull(limit=MOST)
    webhook = Webhook(
        office_id=office.id,
        url=url,
        secret=secret(),
        families=[each.value for each in Family if each in families],
        sent=office.version,
        failures=0,
        next_try_at=now,
    )
    work.session.add(webhook)
    work.session.flush()
    _tell(work, office, actor, now, webhook, "added", families=webhook.families)
    webhook.sent = office.version
    return webhook


def remove_webhook(work: Work, office: Office, actor: Actor, now: datetime, number: int) -> None:
    """Send nothing there any more. Raises Forbidden or WebhookUnknown."""
    actor.need(Right.MANAGE)
    webhook = webhook_numbered(work, office.id, number)
    work.session.delete(webhook)
    _tell(work, office, actor, now, webhook, "removed")


def send_again(
    work: Work, office: Office, actor: Actor, now: datetime, number: int, version: int
) -> None:
    """Send everything from this version on, again where it was sent before.

    Raises Forbidden, WebhookUnknown or VersionAhead.
    """
    actor.need(Right.MANAGE)
    webhook = webhook_numbered(work, office.id, number)
    if not 1 <= version <= office.version + 1:
        raise VersionAhead(limit=office.version)
    webhook.sent, webhook.next_try_at, webhook.failures = version - 1, now, 0
    _tell(work, office, actor, now, webhook, "again", since=version)


def webhook_numbered(work: Work, office_id: int, number: int) -> Webhook:
    """Return a webhook of the office. Raises WebhookUnknown."""
    webhook = work.session.get(Webhook, number) if 0 < number <= LARGEST else None
    if webhook is None or webhook.office_id != office_id:
        raise WebhookUnknown(webhook=number)
    return webhook


DUE = (
    select(Webhook.id)
    .join(Office, Office.id == Webhook.office_id)
    .where(Webhook.sent < Office.version, Webhook.next_try_at <= bindparam("now"))
    .order_by(Webhook.id)
)


def due(work: Work, now: datetime) -> list[int]:
    """Return the webhooks to which something is to be sent now."""
    return list(work.session.scalars(DUE, {"now": now}))


def claim(work: Work, number: int, now: datetime) -> Parcel | None:
    """Take the next rows for a webhook, for this process alone; nothing where none is for it.

    Rows of other kinds are passed over.
    """
    claimed = work.session.execute(
        update(Webhook)
        .where(Webhook.id == number, Webhook.next_try_at <= now)
        .values(next_try_at=now + LEASE)
        .execution_options(synchronize_session=False)
    )
    webhook = work.session.get(Webhook, number, populate_existing=True)
    if webhook is None or not getattr(claimed, "rowcount", 0):
        return None
    rows = changes_after(work, webhook.office_id, webhook.sent, AT_ONCE * 10)
    wanted = [row for row in rows if row.kind in webhook.kinds][:AT_ONCE]
    if not wanted:
        if rows:
            webhook.sent = rows[-1].version
        webhook.next_try_at = now
        return None
    office = work.session.get_one(Office, webhook.office_id)
    return _parcel(webhook, office, wanted, now)


def arrived(work: Work, parcel: Parcel, now: datetime) -> None:
    """Note that a webhook has what was sent, unless it is to be sent again from before."""
    work.session.execute(
        update(Webhook)
        .where(Webhook.id == parcel.webhook, Webhook.sent == parcel.after)
        .values(sent=parcel.upto, failures=0, trouble=None, failing_since=None)
    )
    work.session.execute(
        update(Webhook).where(Webhook.id == parcel.webhook).values(next_try_at=now, arrived_at=now)
    )


def failed(work: Work, parcel: Parcel, trouble: str, now: datetime) -> float:
    """Note that it did not arrive; return the seconds until the next try."""
    webhook = work.session.get(Webhook, parcel.webhook)
    if webhook is None:
        return 0.0
    pause = PAUSES[min(webhook.failures, len(PAUSES) - 1)]
    webhook.failures += 1
    webhook.trouble = trouble[:120]
    webhook.failing_since = webhook.failing_since or now
    webhook.next_try_at = now + timedelta(seconds=pause)
    return float(pause)


def signature(key: str, at: datetime, body: bytes) -> str:
    """Return how a body is signed: "t=SECONDS,v1=HEX", an HMAC-SHA256 of "SECONDS." and the body.

    The time is signed, too, so that a receiver can refuse what is sent again by somebody else.
    """
    seconds = int(at.timestamp())
    digest = hmac.new(key.encode(), f"{seconds}.".encode() + body, hashlib.sha256)
    return f"t={seconds},v1={digest.hexdigest()}"


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _parcel(webhook: Webhook, office: Office, rows: Sequence[JournalRow], now: datetime) -> Parcel:
    told: dict[str, Any] = {"office": office.code, "changes": [row.change() for row in rows]}
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return Parcel(
        webhook.id,
        webhook.url,
        body,
        signature(webhook.secret, now, body),
        rows[-1].version,
        webhook.sent,
    )


def _tell(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    webhook: Webhook,
    what: str,
    **more: Any,
) -> None:
    # not its address, in which a secret may stand
    journal.append(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        part="webhooks",
        webhook=webhook.id,
        what=what,
        **more,
    )
