"""Reprinting: a lost slip is made anew, with the same number and another secret."""

from datetime import datetime

from office import journal
from office.errors import MoveRefused
from office.journal import Kind
from office.people import Actor, Right, fingerprint, secret
from office.place import Office
from office.tickets import OPEN, Status, Ticket, VoidSecret
from storage.work import Work

#: What a slip is still good for.
PRINTED = (*OPEN, Status.NO_SHOW.value)


def renew_secret(work: Work, office: Office, actor: Actor, now: datetime, ticket: Ticket) -> str:
    """Give the ticket a new secret and return it; whoever found the old slip holds nothing.

    Raises Forbidden, or MoveRefused for a visit that has ended.
    """
    actor.need(Right.REPRINT)
    if ticket.status not in PRINTED:
        raise MoveRefused(label=ticket.label, status=ticket.status, allowed=list(PRINTED))
    work.session.add(VoidSecret(token_hash=ticket.token_hash, office_id=office.id))
    token = secret()
    ticket.token_hash = fingerprint(token)
    journal.append(
        work,
        office,
        Kind.REPRINTED,
        actor,
        now,
        ticket,
        label=ticket.label,
        service=ticket.service.code,
    )
    return token
