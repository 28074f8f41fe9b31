"""Print jobs: a row per slip, written with its ticket, and what becomes of it.

queued -> sending -> printed, or back to queued after trouble, with a growing pause; a job older
than ten minutes is dropped, since its visitor has gone by the number on the screen. `sending` is
committed before the first byte leaves, so after a crash it says "perhaps printed". Then, and
whenever a printer broke off part-way, the slip is printed again with the mark of a reprint:
twice on paper with a mark is better than never; the number is the same on both. After three
such doubts the job fails.
"""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    exists,
    func,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.printing.addresses import AddressInvalid, parse_address
from kiosk.printing.escpos_slip import render
from kiosk.printing.slip import Slip
from storage.base import Base
from storage.work import Work

log = logging.getLogger(__name__)

LONGEST_PAUSE = 30
DOUBTS = 3


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    SENDING = "sending"
    PRINTED = "printed"
    DROPPED = "dropped"
    FAILED = "failed"


OPEN = (JobState.QUEUED.value, JobState.SENDING.value)


class PrintJob(Base):
    """One slip for one printer."""

    __tablename__ = "print_jobs"
    __table_args__ = (
        Index(
            "uq_print_jobs_sending",
            "printer",
            unique=True,
            sqlite_where=text("state = 'sending'"),
            postgresql_where=text("state = 'sending'"),
        ),
        Index(
            "ix_print_jobs_open",
            "printer",
            "id",
            sqlite_where=text("state IN ('queued', 'sending')"),
            postgresql_where=text("state IN ('queued', 'sending')"),
        ),
        Index("ix_print_jobs_office_id_ticket_id", "office_id", "ticket_id"),
        Index("ix_print_jobs_created_at", "created_at"),
        CheckConstraint(
            "state IN ('queued', 'sending', 'printed', 'dropped', 'failed')", name="state"
        ),
        CheckConstraint("(state = 'printed') = (printed_at IS NOT NULL)", name="printed_at"),
        CheckConstraint("state <> 'sending' OR claimed_at IS NOT NULL", name="claimed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    #: None for a slip that is no ticket, such as a test of the printer.
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    printer: Mapped[str] = mapped_column(String(200))
    payload: Mapped[bytes]
    locale: Mapped[str] = mapped_column(String(5))
    #: The mark of a reprint is printed above the payload.
    reprint: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(10), default=JobState.QUEUED.value)
    attempts: Mapped[int] = mapped_column(default=0)
    #: How often part of it may have been printed.
    doubts: Mapped[int] = mapped_column(default=0)
    trouble: Mapped[str | None] = mapped_column(String(20))
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    printed_at: Mapped[datetime | None]

    @classmethod
    def queued(
        cls,
        office_id: int,
        ticket_id: int | None,
        printer: str,
        payload: bytes,
        locale: str,
        reprint: bool,
        now: datetime,
    ) -> "PrintJob":
        """Return a job that waits for its printer from now on."""
        return cls(
            office_id=office_id,
            ticket_id=ticket_id,
            printer=printer,
            payload=payload,
            locale=locale,
            reprint=reprint,
            state=JobState.QUEUED.value,
            attempts=0,
            doubts=0,
            created_at=now,
            next_try_at=now,
        )

    def doubt(self, code: str, now: datetime) -> None:
        """Queue it again as a reprint, part of it being perhaps on paper; or give it up."""
        self.doubts += 1
        self.reprint = True
        self.put_off(code, now)
        if self.doubts >= DOUBTS:
            self.state = JobState.FAILED.value

    def put_off(self, code: str, now: datetime) -> None:
        """Queue it again for a later try."""
        self.state = JobState.QUEUED.value
        self.trouble = code
        self.claimed_at = None
        self.next_try_at = now + timedelta(seconds=pause(self.attempts))


@dataclass(frozen=True)
class SlipQueued:
    """A slip waits for its printer."""

    office_id: int
    job_id: int
    printer: str


def pause(attempts: int) -> int:
    """Return the seconds to wait after `attempts` failed: 1, 2, 4, 8, 16, then 30."""
    return min(1 << max(attempts - 1, 0), LONGEST_PAUSE) if attempts < 6 else LONGEST_PAUSE


def queue_slip(
    work: Work, office_id: int, ticket_id: int | None, printer: str, slip: Slip, now: datetime
) -> PrintJob | None:
    """Queue `slip` for `printer` in this work; return the job, or None where nothing prints.

    Never refuses: a printer set up wrongly is logged, and the visitor has the number on screen.
    """
    try:
        address = parse_address(printer)
        if address is None:
            return None
        payload = render(replace(slip, reprint=False), address.paper)
    except AddressInvalid as invalid:
        log.error("the printer's address %r is not valid: %s", printer, invalid)
        return None
    except Exception:
        log.exception("a slip could not be made for %r", printer)
        return None
    job = PrintJob.queued(
        office_id, ticket_id, printer.strip(), payload, slip.locale, slip.reprint, now
    )
    return _added(work, job)


def drop_slips(work: Work, office_id: int, ticket_id: int) -> None:
    """Print no slip of the ticket that still waits for its printer: another replaces it."""
    work.session.execute(
        update(PrintJob)
        .where(
            PrintJob.office_id == office_id,
            PrintJob.ticket_id == ticket_id,
            PrintJob.state == JobState.QUEUED.value,
        )
        .values(state=JobState.DROPPED.value)
    )


def try_now(work: Work, office_id: int, printer: str, now: datetime) -> None:
    """Let what waits for `printer` be tried at once: somebody stands there and tests it."""
    waiting = (
        (PrintJob.office_id == office_id)
        & (PrintJob.printer == printer)
        & (PrintJob.state == JobState.QUEUED.value)
    )
    work.session.execute(update(PrintJob).where(waiting).values(next_try_at=now))


def is_put_off(work: Work, printer: str, since: datetime) -> bool:
    """Say whether a try after `since` failed, so that what waits for `printer` waits longer."""
    waits = (PrintJob.printer == printer) & (PrintJob.state == JobState.QUEUED.value)
    return work.session.scalar(select(exists().where(waits, PrintJob.next_try_at > since))) is True


def state_of(work: Work, office_id: int, ticket_id: int) -> JobState | None:
    """Return where the ticket's newest slip stands, or None if it has none."""
    job = work.session.scalars(_of_ticket(office_id, ticket_id)).first()
    return None if job is None else JobState(job.state)


def of_visits(office_id: int) -> ColumnElement[bool]:
    """Return which of an office's slips are about visits, save the one being sent just now."""
    sent = PrintJob.ticket_id.is_not(None) & (PrintJob.state != JobState.SENDING.value)
    return (PrintJob.office_id == office_id) & sent


def jobs_now(work: Work) -> list[tuple[str, str, dict[str, str], float]]:
    """Return how many slips stand in each state, of those still kept, for /metrics."""
    rows = dict(
        work.session.execute(select(PrintJob.state, func.count()).group_by(PrintJob.state)).all()
    )
    return [
        (
            f"antrean_print_jobs_{each.value}",
            f"Slips of the last day: {each.value}",
            {},
            rows.get(each.value, 0),
        )
        for each in JobState
    ]


def _added(work: Work, job: PrintJob) -> PrintJob:
    work.session.add(job)
    work.session.flush()
    work.record(SlipQueued(job.office_id, job.id, job.printer))
    return job


def _of_ticket(office_id: int, ticket_id: int) -> Select[PrintJob]:
    return (
        select(PrintJob)
        .where(PrintJob.office_id == office_id, PrintJob.ticket_id == ticket_id)
        .order_by(PrintJob.id.desc())
        .limit(1)
    )
