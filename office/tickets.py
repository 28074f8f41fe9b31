"""Tickets and their steps: what a visit is, and the one table of the moves it may make."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    false,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from office.errors import MoveRefused, RehearsalOver, TicketReprinted, TicketUnknown
from office.people import fingerprint
from office.place import PriorityClass, Service
from storage.base import Base
from storage.work import Work


class Status(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    HELD = "held"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


MOVES: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.CALLED, Status.HELD, Status.CANCELLED, Status.EXPIRED}),
    Status.CALLED: frozenset(
        {Status.WAITING, Status.SERVING, Status.NO_SHOW, Status.HELD, Status.EXPIRED}
    ),
    Status.SERVING: frozenset({Status.DONE, Status.WAITING, Status.HELD, Status.EXPIRED}),
    Status.HELD: frozenset({Status.WAITING, Status.CANCELLED, Status.EXPIRED}),
    Status.NO_SHOW: frozenset({Status.WAITING}),
    Status.DONE: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.EXPIRED: frozenset(),
}

AT_COUNTER = (Status.CALLED.value, Status.SERVING.value)
OPEN = (Status.WAITING.value, *AT_COUNTER, Status.HELD.value)


class Ticket(Base):
    """One visitor's visit on one local day."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("office_id", "day", "prefix", "number"),
        Index(
            "uq_tickets_at_counter",
            "office_id",
            "counter_id",
            unique=True,
            sqlite_where=text("status IN ('called', 'serving')"),
            postgresql_where=text("status IN ('called', 'serving')"),
        ),
        Index(
            "ix_tickets_open",
            "office_id",
            "status",
            "service_id",
            sqlite_where=text("status IN ('waiting', 'called', 'serving', 'held')"),
            postgresql_where=text("status IN ('waiting', 'called', 'serving', 'held')"),
        ),
        Index("ix_tickets_office_id_day_status", "office_id", "day", "status"),
        CheckConstraint(
            "status IN ('waiting', 'called', 'serving', 'held', 'done', 'no_show', 'cancelled',"
            " 'expired')",
            name="status",
        ),
        CheckConstraint(
            "status NOT IN ('called', 'serving') OR counter_id IS NOT NULL", name="counter"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    #: None of a rehearsal that is over, so that no question of a day finds it; nothing holds one.
    day: Mapped[date] = mapped_column(nullable=True)
    prefix: Mapped[str] = mapped_column(String(2))
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(8))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    status: Mapped[str] = mapped_column(String(10))
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("priority_classes.id"))
    locale: Mapped[str] = mapped_column(String(5))
    arrived_at: Mapped[datetime]
    #: From when its priority accumulates: the arrival, or later after a missed call.
    line_since: Mapped[datetime]
    #: Where it is called or served, or the only counter it waits for.
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counters.id"))

    #: Codes of the services still to come in this visit.
    further: Mapped[list[str] | None]
    #: The files of each service that the visitor came for, by code, in the order wanted; nothing
    #: where it is one file of one service.
    matters: Mapped[dict[str, int] | None]

    #: Given out on paper while the box was down, and entered afterwards.
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=false())

    service: Mapped[Service] = relationship(lazy="joined", innerjoin=True)
    priority: Mapped[PriorityClass] = relationship(lazy="joined", innerjoin=True)
    #: The stretches of the visit, the newest last.
    steps: Mapped[list["Step"]] = relationship(order_by="Step.position")

    @classmethod
    def taken(
        cls,
        service: Service,
        number: int,
        priority: PriorityClass,
        day: date,
        at: datetime,
        locale: str,
        token: str,
    ) -> Self:
        """Return a ticket just taken for `service`."""
        return cls(
            office_id=service.office_id,
            day=day,
            prefix=service.letter,
            number=number,
            label=f"{service.letter}{number:03d}",
            token_hash=fingerprint(token),
            status=Status.WAITING.value,
            service=service,
            priority=priority,
            service_id=service.id,
            class_id=priority.id,
            locale=locale,
            arrived_at=at,
            line_since=at,
        )

    @property
    def files(self) -> int:
        """How many files the visitor brings for the present service."""
        return files_of(self.matters, self.service.code)

    @property
    def step(self) -> "Step":
        """The newest stretch of the visit."""
        return self.steps[-1]

    def queue(self, at: datetime) -> None:
        """Begin a new stretch, at the service the ticket waits for from now on."""
        self.steps.append(Step.queued(self, at, len(self.steps) + 1))

    def move(self, to: Status) -> Status:
        """Change the status to `to` and return the former. Raises MoveRefused."""
        former = Status(self.status)
        if to not in MOVES[former]:
            raise MoveRefused(
                label=self.label,
                status=former.value,
                allowed=sorted(each.value for each in MOVES if to in MOVES[each]),
            )
        self.status = to.value
        return former


def files_of(matters: Mapping[str, int] | None, code: str) -> int:
    """Return how many files a visit with these matters has for the service with `code`."""
    return 1 if matters is None else matters.get(code, 1)


def _in_words(statuses: tuple[str, ...]) -> ColumnElement[bool]:
    """Return that the status is one of `statuses`, written out as the partial indexes have it."""
    return Ticket.status.in_([literal_column(f"'{each}'") for each in statuses])


#: Whether a ticket is open, or at a counter. A query that asks for these finds them by the partial
#: indexes, however many tickets there have ever been; SQLite sees that only in the index's words.
IS_OPEN = _in_words(OPEN)
IS_AT_COUNTER = _in_words(AT_COUNTER)


class Step(Base):
    """One stretch of a visit at one service."""

    __tablename__ = "steps"
    __table_args__ = (
        UniqueConstraint("ticket_id", "position"),
        Index(
            "uq_steps_open",
            "ticket_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_steps_office_id_service_id_ended_at", "office_id", "service_id", "ended_at"),
        Index("ix_steps_office_id_day", "office_id", "day"),
        CheckConstraint("started_at IS NULL OR called_at IS NOT NULL", name="called_first"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    position: Mapped[int] = mapped_column(default=1)
    day: Mapped[date]
    service_id: Mapped[int] = mapped_column(ForeignKey("services.id"))
    queued_at: Mapped[datetime]
    called_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    #: Nobody pressed start: the start is taken to be the call.
    start_inferred: Mapped[bool] = mapped_column(default=False)
    recalls: Mapped[int] = mapped_column(default=0)
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counters.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    #: The only counter it waits for, after a transfer to a counter.
    only_counter_id: Mapped[int | None] = mapped_column(ForeignKey("counters.id"))
    outcome: Mapped[str | None] = mapped_column(String(30))

    @classmethod
    def queued(cls, ticket: Ticket, at: datetime, position: int = 1) -> Self:
        """Return the step that begins when `ticket` starts to wait for its service."""
        return cls(
            office_id=ticket.office_id,
            ticket_id=ticket.id,
            position=position,
            day=ticket.day,
            service_id=ticket.service_id,
            queued_at=at,
            recalls=0,
            only_counter_id=ticket.counter_id,
        )


NUMBERED = select(Ticket).where(
    Ticket.office_id == bindparam("office"),
    Ticket.day == bindparam("day"),
    Ticket.prefix == bindparam("prefix"),
    Ticket.number == bindparam("number"),
)
WITH_TOKEN = select(Ticket).where(Ticket.token_hash == bindparam("hash"))


def ticket_labelled(work: Work, office_id: int, day: date, label: str) -> Ticket:
    """Return the day's ticket with `label`. Raises TicketUnknown."""
    wanted = label.strip().upper()
    prefix = wanted.rstrip("0123456789")
    digits = wanted[len(prefix) :]
    ticket = None
    if digits and len(digits) < 9:
        named = {"office": office_id, "day": day, "prefix": prefix, "number": int(digits)}
        ticket = work.session.scalars(NUMBERED, named).first()
    if ticket is None:
        raise TicketUnknown(label=label)
    return ticket


class VoidSecret(Base):
    """The hash of a secret that stood on a slip replaced today, or of a rehearsal that ended."""

    __tablename__ = "void_secrets"
    __table_args__ = (Index("ix_void_secrets_office_id", "office_id"),)

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))


def ticket_with_token(work: Work, token: str) -> Ticket:
    """Return the ticket whose secret is `token`. Raises what `unknown_secret` tells."""
    ticket = work.session.scalars(WITH_TOKEN, {"hash": fingerprint(token)}).first()
    if ticket is None:
        raise unknown_secret(work, token)
    return ticket


def tickets_with_tokens(work: Work, tokens: Sequence[str]) -> dict[str, Ticket]:
    """Return the ticket of each of these secrets that has one."""
    by_hash = {fingerprint(token): token for token in tokens}
    found = work.session.scalars(select(Ticket).where(Ticket.token_hash.in_(by_hash)))
    return {by_hash[each.token_hash]: each for each in found}


def unknown_secret(work: Work, token: str) -> TicketUnknown | TicketReprinted | RehearsalOver:
    """Return why no ticket has this secret."""
    hashed = fingerprint(token)
    if work.session.get(VoidSecret, hashed) is not None:
        return TicketReprinted()
    rehearsed = work.session.get(VoidSecret, _of_rehearsal(hashed))
    return TicketUnknown() if rehearsed is None else RehearsalOver()


def void_rehearsed(work: Work, office_id: int, hashes: Iterable[str]) -> None:
    """Remember until the next day that secrets with these hashes were of the rehearsal."""
    work.session.add_all(
        VoidSecret(token_hash=_of_rehearsal(each), office_id=office_id) for each in hashes
    )


def _of_rehearsal(hashed: str) -> str:
    """Return what is kept of a secret of the rehearsal: told apart from one that was replaced."""
    return fingerprint(f"rehearsal {hashed}")


def drop_void_secrets(work: Work, office_id: int) -> None:
    """Forget the secrets that were replaced, as a new day begins."""
    work.session.execute(delete(VoidSecret).where(VoidSecret.office_id == office_id))
