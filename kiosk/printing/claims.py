"""Claiming print jobs for their printers, and noting what became of them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from kiosk.printing.addresses import parse_address
from kiosk.printing.escpos_slip import render_mark
from kiosk.printing.jobs import OPEN, JobState, PrintJob
from office.tickets import AT_COUNTER, Status, Ticket
from storage.work import Work

#: A slip is of no use later than this.
STALE = timedelta(minutes=10)
#: The longest a printer can keep a job in `sending` before it is in doubt.
LEASE = timedelta(seconds=60)
#: How long slips are kept to be printed again; they hold their tickets' secrets.
KEPT = timedelta(hours=24)
#: Whoever has such a ticket still needs its slip.
NEEDED = (Status.WAITING.value, Status.HELD.value, Status.NO_SHOW.value)


@dataclass(frozen=True)
class Claim:
    """A job taken by one spooler for one attempt."""

    job_id: int
    attempt: int
    printer: str
    payload: bytes
    locale: str
    reprint: bool
    #: How often part of it may have been printed before.
    doubts: int = 0


def due(work: Work) -> dict[str, datetime]:
    """Return when each printer with open jobs can next be tried, by printer."""
    times: dict[str, datetime] = {}
    rows = work.session.execute(
        select(PrintJob.printer, PrintJob.state, PrintJob.next_try_at, PrintJob.claimed_at)
        .where(PrintJob.state.in_(OPEN))
        .order_by(PrintJob.printer, PrintJob.id)
    )
    for printer, state, next_try_at, claimed_at in rows:
        if state == JobState.SENDING and claimed_at is not None:
            times[printer] = claimed_at + LEASE
        else:
            times.setdefault(printer, next_try_at)
    return times


def claim(work: Work, printer: str, now: datetime) -> Claim | None:
    """Take the oldest job of `printer` for sending, or None while there is none or it is busy.

    One job per printer is in `sending` in the whole database, so that a printer which takes one
    connection gets one. Stale jobs are dropped first.
    """
    sending = _sending(work, printer)
    if sending is not None:
        if sending.claimed_at is not None and sending.claimed_at + LEASE > now:
            return None
        sending.doubt("interrupted", now)
    work.session.flush()
    work.session.execute(
        update(PrintJob)
        .where(
            PrintJob.printer == printer,
            PrintJob.state == JobState.QUEUED.value,
            PrintJob.created_at <= now - STALE,
        )
        .values(state=JobState.DROPPED.value)
    )
    _drop_overtaken(work, printer)
    job = work.session.scalars(
        select(PrintJob)
        .where(PrintJob.printer == printer, PrintJob.state == JobState.QUEUED.value)
        .order_by(PrintJob.id)
        .limit(1)
        .with_for_update()
    ).first()
    if job is None or job.next_try_at > now:
        return None
    job.state = JobState.SENDING.value
    job.attempts += 1
    job.claimed_at = now
    work.session.flush()
    return Claim(job.id, job.attempts, printer, job.payload, job.locale, job.reprint, job.doubts)


def bytes_of(taken: Claim) -> bytes:
    """Return what to send: the slip, under the mark of a reprint if it is one."""
    address = parse_address(taken.printer)
    if address is None or not taken.reprint:
        return taken.payload
    return render_mark(taken.locale, address.paper) + taken.payload


def mark_printed(work: Work, taken: Claim, now: datetime) -> bool:
    """Note that the printer has printed it; False if the claim had run out meanwhile."""
    job = _claimed(work, taken)
    if job is None:
        return False
    job.state = JobState.PRINTED.value
    job.trouble = None
    job.claimed_at = None
    job.printed_at = now
    return True


def mark_trouble(work: Work, taken: Claim, code: str, started: bool, now: datetime) -> bool:
    """Note that it was not printed, or, `started`, perhaps in part; False as above."""
    job = _claimed(work, taken)
    if job is None:
        return False
    if started:
        job.doubt(code, now)
    else:
        job.put_off(code, now)
    return True


def release_all(work: Work, now: datetime) -> int:
    """Put every job in `sending` in doubt at once; for the start of the only spooler there is."""
    jobs = work.session.scalars(
        select(PrintJob).where(PrintJob.state == JobState.SENDING.value).order_by(PrintJob.id)
    ).all()
    for job in jobs:
        job.doubt("interrupted", now)
        job.next_try_at = now
    return len(jobs)


def forget_old(work: Work, now: datetime) -> None:
    """Delete the jobs kept long enough; with them go the tickets' secrets on their slips."""
    work.session.execute(
        delete(PrintJob).where(
            PrintJob.created_at <= now - KEPT, PrintJob.state != JobState.SENDING.value
        )
    )


def _drop_overtaken(work: Work, printer: str) -> None:
    """Drop the slips of tickets that wait no more, save one that staff ask for after the call."""
    ticket = select(Ticket.id).where(Ticket.id == PrintJob.ticket_id)
    gone = ticket.where(Ticket.status.not_in(NEEDED)).exists()
    called = ticket.where(Ticket.status.in_(AT_COUNTER)).exists()
    asked_for = PrintJob.reprint.is_(True) & (PrintJob.doubts == 0)
    work.session.execute(
        update(PrintJob)
        .where(
            PrintJob.printer == printer,
            PrintJob.state == JobState.QUEUED.value,
            gone,
            ~(asked_for & called),
        )
        .values(state=JobState.DROPPED.value)
        .execution_options(synchronize_session=False)
    )


def _sending(work: Work, printer: str) -> PrintJob | None:
    return work.session.scalars(
        select(PrintJob)
        .where(PrintJob.printer == printer, PrintJob.state == JobState.SENDING.value)
        .with_for_update()
    ).first()


def _claimed(work: Work, taken: Claim) -> PrintJob | None:
    return work.session.scalars(
        select(PrintJob)
        .where(
            PrintJob.id == taken.job_id,
            PrintJob.state == JobState.SENDING.value,
            PrintJob.attempts == taken.attempt,
        )
        .with_for_update()
    ).first()
