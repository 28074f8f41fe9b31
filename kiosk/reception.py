"""The reception desk: numbers for others, and what is set right by a number before its call."""

from collections.abc import Callable
from datetime import time
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from kiosk.addresses import page_url
from kiosk.paper import reprint_ticket
from kiosk.reception_shapes import (
    Found,
    GivenBack,
    Received,
    Reprinted,
    Search,
)
from kiosk.shapes import Needs, ServiceWanted
from office import carrying, changing, moment, receiving, reception, reprinting
from office.aside import CancelReason
from office.people import Right
from office.place import classes_of
from office.returning import Granted
from office.tickets import Status, Ticket, ticket_labelled
from office.waits import Wait
from storage.work import Work
from web.house import house
from web.languages import locale
from web.pages import page_for
from web.returns import right_printed, right_told
from web.shapes import problems
from web.turns import Answer, Turn, in_reading, in_turn, in_unkept_turn

pages = APIBlueprint("reception", __name__, enable_openapi=False)
api = APIBlueprint("reception_api", __name__, tag="Reception")

REFUSALS = problems(400, 401, 403, 404, 409, 413, 422)
NOT_WAITING = Wait(None, None, "not_waiting")

#: Why a number is given back, by the code that the journal keeps.
CANCELS: dict[CancelReason, LazyString] = {
    CancelReason.LEFT: _l("The visitor leaves"),
    CancelReason.TWICE: _l("Holds a second number"),
    CancelReason.NOT_NEEDED: _l("No visit is needed"),
}


@pages.get("/reception")
@page_for(Right.RECEIVE)
def page() -> ResponseReturnValue:
    """Show the reception desk."""
    with house().store.read() as work:
        classes = [
            {"code": each.code, "name": each.names.get(locale(), each.code), "rate": each.rate}
            for each in classes_of(work, g.actor.office_id)
        ]
    return render_template(
        "kiosk/reception.html",
        actor=g.actor,
        classes=classes,
        may_reprint=g.actor.may(Right.REPRINT),
        may_cancel=g.actor.may(Right.CANCEL_TICKET),
        cancels={code.value: str(sentence) for code, sentence in CANCELS.items()},
    )


@api.get("/reception/tickets")
@api.input(Search, location="query")
@api.output(Found)
@api.doc(responses=problems(401, 403, 404, 422))
def find(query_data: Search) -> Response:
    """Find a lost number of today by its service and when it was taken, or by its label."""

    def look(turn: Turn) -> Answer:
        if query_data.label is not None:
            day = turn.office.today(turn.now)
            tickets = [ticket_labelled(turn.work, turn.office.id, day, query_data.label)]
        else:
            tickets = receiving.found(
                turn.work,
                turn.office,
                query_data.service,
                _time(query_data.since),
                _time(query_data.until),
            )
        needs = moment.needs_of(turn.work, turn.office.id)
        return {
            "version": turn.office.version,
            "tickets": [{**_told(turn, each), "needs": needs.get(each.id, [])} for each in tickets],
        }

    return in_reading(Right.RECEIVE, look)


@api.post("/reception/tickets/<label>/reprint")
@api.output(Reprinted)
@api.doc(responses=REFUSALS)
def reprint(label: str) -> Response:
    """Print a slip anew: the same number, another secret; the old slip's opens nothing."""

    def act(turn: Turn) -> Answer:
        ticket = _labelled(turn, label)
        token = reprinting.renew_secret(turn.work, turn.office, turn.actor, turn.now, ticket)
        position, wait = None, NOT_WAITING
        if ticket.status == Status.WAITING:
            outlook = house().outlooks.recent(turn.work, turn.office, turn.now)
            position, wait = outlook.of_ticket(ticket.id)
        job = reprint_ticket(turn, ticket, token, position, wait)
        turn.work.session.flush()
        return {
            **_received(turn, ticket),
            "token": token,
            "url": page_url(token),
            "print": "none" if job is None else "queued",
        }

    return in_turn(Right.REPRINT, act)


@api.post("/reception/tickets/<label>/rejoin")
@api.output(Received)
@api.doc(responses=REFUSALS)
def rejoin(label: str) -> Response:
    """Let a visitor who missed the call back into the line."""
    return _received_after(label, receiving.rejoin)


@api.post("/reception/tickets/<label>/cancel")
@api.input(GivenBack)
@api.output(Received)
@api.doc(responses=REFUSALS)
def cancel(label: str, json_data: GivenBack) -> Response:
    """Give a waiting or held number back; by the right to cancel."""

    def act(turn: Turn) -> Answer:
        turn.actor.need(Right.CANCEL_TICKET)
        ticket = _labelled(turn, label)
        why = {} if json_data.reason is None else {"reason": json_data.reason.value}
        reception.cancel(turn.work, turn.office, turn.actor, turn.now, ticket, why)
        return _received(turn, ticket)

    return in_turn(Right.RECEIVE, act)


@api.post("/reception/tickets/<label>/service")
@api.input(ServiceWanted)
@api.output(Received)
@api.doc(responses=REFUSALS)
def change_service(label: str, json_data: ServiceWanted) -> Response:
    """Let a visitor who chose wrongly wait for another service, the arrival time kept."""

    def verb(work: Work, office: Any, actor: Any, now: Any, ticket: Ticket) -> None:
        changing.change_service(work, office, actor, now, ticket, json_data.service)

    return _received_after(label, verb)


@api.post("/reception/tickets/<label>/leave")
@api.output(Received)
@api.doc(responses=REFUSALS)
def leave(label: str) -> Response:
    """Let a visitor whose service stands still go home, with a right to come back."""
    return _received_after(label, carrying.leave)


@api.post("/reception/tickets/<label>/needs")
@api.input(Needs)
@api.output(Received)
@api.doc(responses=REFUSALS)
def say_needs(label: str, json_data: Needs) -> Response:
    """Say what the staff are to do for a visitor today."""

    def act(turn: Turn) -> Answer:
        ticket = _labelled(turn, label)
        moment.set_needs(turn.work, turn.office, ticket, json_data.needs)
        return _received(turn, ticket)

    return in_unkept_turn(Right.RECEIVE, act)


def _received_after(label: str, verb: Callable[..., Granted | None]) -> Response:
    """Do `verb` to the day's ticket with `label`, and print the right it may have granted."""

    def act(turn: Turn) -> Answer:
        ticket = _labelled(turn, label)
        right = verb(turn.work, turn.office, turn.actor, turn.now, ticket)
        turn.work.session.flush()
        told = None
        if right is not None:
            printed = right_printed(turn.work, turn.office, turn.actor, right, turn.now)
            told = right_told(right, locale(), printed=printed)
        return {**_received(turn, ticket), "return_right": told}

    return in_turn(Right.RECEIVE, act)


def _received(turn: Turn, ticket: Ticket) -> Answer:
    return {"version": turn.office.version, "ticket": _told(turn, ticket), "return_right": None}


def _told(turn: Turn, ticket: Ticket) -> Answer:
    service = ticket.service
    return {
        "label": ticket.label,
        "status": ticket.status,
        "service": {
            "code": service.code,
            "name": service.name(locale()),
            "names": service.names,
        },
        "priority": ticket.priority.code,
        "taken_at": ticket.arrived_at.isoformat(),
        "can_leave": ticket.status == Status.WAITING and service.stopped_for is not None,
    }


def _labelled(turn: Turn, label: str) -> Ticket:
    return ticket_labelled(turn.work, turn.office.id, turn.office.today(turn.now), label)


def _time(text: str | None) -> time | None:
    return time.fromisoformat(text) if text else None
