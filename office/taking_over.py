"""Taking over: a clerk goes on at a counter where a colleague is signed on, visitor and all."""

from office import journal, pausing
from office.desks import Desk, leave_former, open_counter, ticket_at
from office.journal import Kind
from office.tickets import Ticket


def take_over(desk: Desk) -> Ticket | None:
    """Let the actor sit where somebody else is signed on; return the visitor there, if any.

    The colleague is signed off, and the visitor stays as they are. A break ends, and what the
    colleague did last can no longer be undone. A counter where nobody sits is opened. Raises
    CounterBusy if the actor's own counter still has a visitor.
    """
    counter, actor = desk.counter, desk.actor
    ticket = ticket_at(desk.work, desk.office, counter)
    if not counter.is_open or counter.account_id == actor.account_id:
        open_counter(desk)
        return ticket
    leave_former(desk)
    former, counter.account_id = counter.account_id, actor.account_id
    counter.last_action = None
    counter.desk_work = False
    if ticket is not None:
        ticket.step.account_id = actor.account_id
    journal.append(
        desk.work,
        desk.office,
        Kind.TAKEN_OVER,
        actor,
        desk.now,
        counter=counter.number,
        former=f"account:{former}" if former is not None else None,
        at_counter=ticket.label if ticket is not None else None,
    )
    pausing.come_back(desk)
    return ticket
