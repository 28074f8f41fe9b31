"""Changing the service: who chose wrongly waits for another one, without queuing anew."""

from datetime import datetime

from office import journal, reception
from office.errors import MoveRefused, ServiceSuspended
from office.journal import Kind
from office.outages import still_text
from office.people import Actor
from office.place import Office, Service, service_named
from office.tickets import Status, Ticket
from storage.work import Work


def change_service(
    work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket, code: str
) -> None:
    """Let a waiting visitor who chose wrongly wait for another service, the arrival time kept.

    Raises MoveRefused, ServiceUnknown, ServiceSuspended or QuotaSpent.
    """
    if ticket.status != Status.WAITING:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=["waiting"])
    former, wanted = ticket.service, service_named(work, office.id, code)
    if wanted.id == former.id:
        return
    _refuse_closed(work, office, wanted, now)
    step = ticket.step
    step.ended_at = now
    step.outcome = "transferred"
    ticket.service = wanted
    ticket.service_id = wanted.id
    ticket.counter_id = None
    work.session.flush()
    ticket.queue(now)
    journal.append_move(
        work,
        office,
        Kind.TRANSFERRED,
        actor,
        now,
        ticket,
        Status.WAITING,
        from_service=former.code,
        outcome="transferred",
        to_counter=None,
    )


def _refuse_closed(work: Work, office: Office, service: Service, now: datetime) -> None:
    if service.is_suspended(now):
        raise ServiceSuspended(service=service.code, texts=still_text(service))
    reception.refuse_beyond_quota(work, office, service)
