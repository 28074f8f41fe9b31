"""The paper of a ticket: its slip, queued in the same work, with what it tells of the wait."""

from dataclasses import replace

from kiosk.addresses import logo_on_paper, page_url
from kiosk.printing.addresses import NONE
from kiosk.printing.agents import printer_for
from kiosk.printing.jobs import PrintJob, drop_slips, queue_slip
from kiosk.printing.slip import Slip
from kiosk.printing.slip_texts import slip_text
from kiosk.printing.ticket_slip import ticket_slip
from office.matters import further_of
from office.slip_code import slip_code
from office.tickets import Status, Ticket, files_of
from office.waits import Wait
from web.house import house
from web.turns import Turn


def print_ticket(
    turn: Turn, ticket: Ticket, token: str, position: int | None, wait: Wait
) -> PrintJob | None:
    """Queue the slip of a ticket just taken; nothing where nothing prints."""
    printer = printer_for(turn.work, turn.actor, house().printer)
    if printer.strip() in {"", NONE}:
        return None
    slip = _slip(turn, ticket, token, position, wait)
    return queue_slip(turn.work, turn.office.id, ticket.id, printer, slip, turn.now)


def reprint_ticket(
    turn: Turn, ticket: Ticket, token: str, position: int | None, wait: Wait
) -> PrintJob | None:
    """Queue a new slip, marked as a reprint; one that waits for its printer is not printed."""
    drop_slips(turn.work, turn.office.id, ticket.id)
    printer = printer_for(turn.work, turn.actor, house().printer)
    slip = replace(_slip(turn, ticket, token, position, wait), reprint=True)
    return queue_slip(turn.work, turn.office.id, ticket.id, printer, slip, turn.now)


def _slip(turn: Turn, ticket: Ticket, token: str, position: int | None, wait: Wait) -> Slip:
    """Return the slip as things stand."""
    further = further_of(turn.work, ticket)
    papers = (
        paper
        for service in (ticket.service, *further)
        for paper in service.requirements.get(ticket.locale, ())
    )
    return ticket_slip(
        office=turn.office.name(ticket.locale),
        label=ticket.label,
        service=ticket.service.name(ticket.locale),
        waiting=ticket.status == Status.WAITING,
        ahead_count=(position or 1) - 1,
        taken_at=ticket.arrived_at,
        timezone=turn.office.timezone,
        locale=ticket.locale,
        median_s=wait.median_s,
        p90_s=wait.p90_s,
        bring=tuple(dict.fromkeys(papers)),
        files=ticket.files,
        further=tuple(
            (each.name(ticket.locale), files_of(ticket.matters, each.code)) for each in further
        ),
        priority=ticket.priority.rate > 1,
        url=page_url(token),
        code=slip_code(ticket.token_hash),
        rehearsal=turn.office.rehearsal,
        logo=logo_on_paper(turn.work, turn.office.id),
        template=slip_text(turn.work, turn.office.id, ticket.locale),
    )
