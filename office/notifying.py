"""Messages to an address that a visitor left: near the front of the line, and when called.

The address stands in a table of its own until the visit ends or the day closes; no row of the
journal, no log and no list tells it. A message is marked as sent after its gateway took it: where
a process dies between the two it comes twice rather than never.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    case,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Conflict, Invalid, MoveRefused
from office.identity import keyed
from office.kiosk_rules import rules_of
from office.place import Counter, Office
from office.tickets import OPEN, Status, Ticket
from storage.base import Base
from storage.work import Work

#: Characters of an address.
LONGEST = 120
#: Messages of a day to one address: those of three visits.
MOST_A_DAY = 6
#: Seconds until the next try after each failure in a row; then always the last.
PAUSES = (5, 15, 30, 60, 120)
#: For how long one process has a message to itself while it sends.
LEASE = timedelta(seconds=60)
#: An address that no gateway takes for two, and that no mail server has to quote (RFC 5321, 4.1.2).
MAIL = re.compile(r"[A-Za-z0-9._+'-]{1,64}@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")


class Way(StrEnum):
    """How a message reaches a visitor."""

    MAIL = "mail"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"


class News(StrEnum):
    """What a visitor is told, once each."""

    NEAR = "near"
    CALLED = "called"


class NotifyAddressWrong(Invalid):
    """It is no address of this kind."""

    code = "notify_address_wrong"


class NotifySpent(Conflict):
    """An address has been sent as many messages today as it gets."""

    code = "notify_spent"


class NotifyOff(Conflict):
    """Nobody is sent messages here, or not this way."""

    code = "notify_off"


class NotifyAddress(Base):
    """Where one visitor wants to be told, while the visit lasts."""

    __tablename__ = "notify_addresses"
    __table_args__ = (
        Index("ix_notify_addresses_office_id", "office_id"),
        CheckConstraint("way IN ('mail', 'telegram', 'whatsapp')", name="way"),
    )

    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    way: Mapped[str] = mapped_column(String(10))
    address: Mapped[str] = mapped_column(String(LONGEST))
    #: The address under the key of the day, by which its messages are counted.
    digest: Mapped[str | None] = mapped_column(String(64))
    locale: Mapped[str] = mapped_column(String(5))
    #: What the visitor was told last, and what was tried last.
    told: Mapped[str | None] = mapped_column(String(10))
    trying: Mapped[str | None] = mapped_column(String(10))
    #: Failures in a row of what is tried, and when it may be tried next; later while it is sent.
    failures: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]


class NotifyTally(Base):
    """What was sent to an address today, or what a ticket was told whose address was taken back.

    Only the hash of either is kept, under a key of the day; both go as the day closes.
    """

    __tablename__ = "notify_tallies"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    messages: Mapped[int] = mapped_column(default=0)
    told: Mapped[str | None] = mapped_column(String(10))


class Due(NamedTuple):
    """A message that is to be sent, and the place in line it tells of."""

    ticket_id: int
    news: News
    place: int


#: An address and the tally of its messages today.
TALLY = (NotifyTally.office_id == NotifyAddress.office_id) & (
    NotifyTally.digest == NotifyAddress.digest
)


@dataclass(frozen=True)
class Letter:
    """A message that this process is to send now; names are in its language."""

    ticket_id: int
    news: News
    place: int
    address: str
    locale: str
    label: str
    office: str
    #: Where the visitor is called.
    counter: str


def cleaned(way: Way, typed: str) -> str:
    """Return an address as its gateway wants it. Raises NotifyAddressWrong.

    A telephone number becomes its digits with the country's code (ITU-T E.164), Indonesia's where
    it begins with 0; a Telegram account is known by its number.
    """
    text = typed.strip()
    if way is Way.MAIL:
        fits = len(text) <= LONGEST and MAIL.fullmatch(text) is not None
    elif way is Way.TELEGRAM:
        fits = re.fullmatch("[1-9][0-9]{4,14}", text) is not None
    else:
        text = re.sub("[ ().-]", "", text)
        text = re.sub("^0", "62", text).removeprefix("+")
        fits = re.fullmatch("[1-9][0-9]{9,14}", text) is not None
    if not fits:
        raise NotifyAddressWrong(way=way.value)
    return text


def leave_address(
    work: Work, office: Office, now: datetime, ticket: Ticket, way: Way, typed: str, locale: str
) -> None:
    """Tell an open ticket's visitor there, in place of any address left before.

    What was told before is not told again, even where the address was taken back since. Raises
    NotifyOff, MoveRefused, NotifyAddressWrong or NotifySpent. In the office's turn.
    """
    if not rules_of(work, office.id).notify_place:
        raise NotifyOff()
    if ticket.status not in OPEN:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=list(OPEN))
    address = cleaned(way, typed)
    tally = _tally(work, office, now, f"{way}:{address}")
    if tally.messages >= MOST_A_DAY:
        raise NotifySpent()
    kept = address_of(work, ticket)
    if kept is None:
        told = _tally(work, office, now, f"ticket:{ticket.id}").told
        kept = NotifyAddress(ticket_id=ticket.id, office_id=office.id, told=told)
        work.session.add(kept)
    kept.digest = tally.digest
    kept.way, kept.address, kept.locale = way.value, address, locale
    kept.trying, kept.failures, kept.next_try_at = None, 0, now


def address_of(work: Work, ticket: Ticket) -> NotifyAddress | None:
    """Return where the ticket's visitor wants to be told, if anywhere."""
    return work.session.get(NotifyAddress, ticket.id)


def take_back(work: Work, office: Office, now: datetime, ticket: Ticket) -> None:
    """Delete the address left with a ticket at its visitor's wish. In the office's turn."""
    kept = address_of(work, ticket)
    if kept is None:
        return
    told = kept.told or kept.trying
    if told is not None:
        _tally(work, office, now, f"ticket:{ticket.id}").told = told
    work.session.delete(kept)


def _tally(work: Work, office: Office, now: datetime, about: str) -> NotifyTally:
    """Return what is known today of an address or a ticket."""
    digest = keyed(work, office, now, f"notify:{about}")
    found = work.session.get(NotifyTally, (office.id, digest))
    if found is None:
        found = NotifyTally(office_id=office.id, digest=digest, messages=0)
        work.session.add(found)
        work.session.flush()
    return found


def forget_addresses(work: Work, *, tickets: Sequence[int]) -> None:
    """Delete the addresses left with these tickets."""
    work.session.execute(delete(NotifyAddress).where(NotifyAddress.ticket_id.in_(tickets)))


def forget_all_addresses(work: Work, office_id: int) -> None:
    """Delete all addresses of the office, and what was sent where, as a day closes."""
    for table in (NotifyAddress, NotifyTally):
        work.session.execute(delete(table).where(table.office_id == office_id))


def ended(work: Work) -> list[int]:
    """Return the tickets whose visit is over and whose address is still there."""
    return list(
        work.session.scalars(
            select(NotifyAddress.ticket_id)
            .join(Ticket, Ticket.id == NotifyAddress.ticket_id)
            .where(Ticket.status.not_in(OPEN))
            .order_by(NotifyAddress.ticket_id)
        )
    )


def concerned(work: Work, way: Way) -> list[Office]:
    """Return the offices in which somebody is still to be told this way."""
    waiting = select(NotifyAddress.office_id).where(
        NotifyAddress.way == way.value, NotifyAddress.told.is_distinct_from(News.CALLED.value)
    )
    return list(
        work.session.scalars(select(Office).where(Office.id.in_(waiting)).order_by(Office.id))
    )


def due(
    work: Work, office: Office, way: Way, places: Mapping[int, int], now: datetime
) -> list[Due]:
    """Return what is to be sent now; calls first, then who is nearest.

    `places` are those of waiting tickets, by ticket id.
    """
    within = rules_of(work, office.id).notify_place
    if not within:
        return []
    rows = work.session.execute(
        select(NotifyAddress, Ticket.status)
        .join(Ticket, Ticket.id == NotifyAddress.ticket_id)
        .outerjoin(NotifyTally, TALLY)
        .where(NotifyAddress.office_id == office.id, NotifyAddress.way == way.value)
        .where(func.coalesce(NotifyTally.messages, 0) < MOST_A_DAY)
        .order_by(NotifyAddress.ticket_id)
    )
    found = []
    for kept, status in rows:
        news = _news(kept, status)
        place = 0 if news is News.CALLED else places.get(kept.ticket_id, within + 1)
        if news is None or place > within:
            continue
        if kept.trying != news.value or kept.next_try_at <= now:
            found.append(Due(kept.ticket_id, news, place))
    return sorted(found, key=lambda each: each.place)


def claim(work: Work, wanted: Due, now: datetime) -> Letter | None:
    """Take a message for this process alone; nothing where it is another's or no longer true."""
    ticket_id, news, place = wanted
    tried = NotifyAddress.trying.is_not_distinct_from(news.value)
    claimed = work.session.execute(
        update(NotifyAddress)
        .where(NotifyAddress.ticket_id == ticket_id)
        .where(~tried | (NotifyAddress.next_try_at <= now))
        .values(
            trying=news.value,
            failures=case((tried, NotifyAddress.failures), else_=0),
            next_try_at=now + LEASE,
        )
        .execution_options(synchronize_session=False)
    )
    if not getattr(claimed, "rowcount", 0):
        return None
    kept = work.session.get_one(NotifyAddress, ticket_id, populate_existing=True)
    ticket = work.session.get_one(Ticket, ticket_id, populate_existing=True)
    if _news(kept, ticket.status) is not news:
        return None
    office = work.session.get_one(Office, kept.office_id)
    counter = work.session.get(Counter, ticket.counter_id) if news is News.CALLED else None
    return Letter(
        ticket_id,
        news,
        place,
        kept.address,
        kept.locale,
        ticket.label,
        office.name(kept.locale),
        counter.name(kept.locale) if counter else "",
    )


def sent(work: Work, letter: Letter) -> None:
    """Note that a gateway took a message; being near is not told after being called."""
    counted = (
        select(NotifyAddress.ticket_id)
        .where(NotifyAddress.ticket_id == letter.ticket_id, TALLY)
        .exists()
    )
    work.session.execute(
        update(NotifyTally)
        .where(counted)
        .values(messages=NotifyTally.messages + 1)
        .execution_options(synchronize_session=False)
    )
    _set(work, letter, told=letter.news.value)


def failed(work: Work, letter: Letter, now: datetime) -> None:
    """Note that a gateway did not take a message, and when it is tried again."""
    kept = work.session.get(NotifyAddress, letter.ticket_id)
    if kept is None:
        return
    pause = PAUSES[min(kept.failures, len(PAUSES) - 1)]
    _set(work, letter, failures=kept.failures + 1, next_try_at=now + timedelta(seconds=pause))


def _set(work: Work, letter: Letter, **values: Any) -> None:
    """Change the row while it is still about this message."""
    work.session.execute(
        update(NotifyAddress)
        .where(
            NotifyAddress.ticket_id == letter.ticket_id,
            NotifyAddress.trying == letter.news.value,
            NotifyAddress.address == letter.address,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _news(kept: NotifyAddress, status: str) -> News | None:
    """Return what the visitor of a ticket that stands so may yet be told."""
    if status == Status.CALLED and kept.told != News.CALLED:
        return News.CALLED
    if status == Status.WAITING and kept.told is None:
        return News.NEAR
    return None
