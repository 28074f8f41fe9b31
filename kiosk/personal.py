"""What is kept about a visit, told to whoever holds its secret, and requests about it."""

from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from office import data_requests, notifying
from office.data_requests import Proof
from office.errors import OfficeError
from office.notes import notes_of
from office.people import Actor
from office.place import Office
from office.tickets import Ticket, ticket_with_token
from office.turn import take_turn
from storage.work import Work
from web.access import holder
from web.errors import status_of
from web.house import house
from web.languages import asked_language, locale
from web.limits import limiter, ticket_key
from web.refusals import STATUS_NAMES, sentence
from web.security import by_secret

personal = APIBlueprint("personal", __name__, enable_openapi=False)

#: Requests from one ticket.
REQUESTS = "5 per hour"


@personal.get("/t/<token>/data")
def page(token: str) -> ResponseReturnValue:
    """Show what is kept about the visit, and what became of requests about it."""
    return _page(token)


@personal.post("/t/<token>/data")
@by_secret
@limiter.limit(REQUESTS, key_func=ticket_key)
def ask(token: str) -> ResponseReturnValue:
    """Keep a request."""
    home = house()
    now = home.clock.now()
    form = request.form
    try:
        with home.store.work() as work:
            visitor: Actor = holder(work, token)
            office = take_turn(work, visitor.office_id, now)
            ticket = ticket_with_token(work, token)
            wish, words = form.get("wish", ""), form.get("words", "")
            data_requests.ask(work, office, visitor, now, wish, Proof.SECRET, words, ticket)
    except OfficeError as refused:
        error = sentence(refused.code, refused.facts)
        return make_response(_page(token, error), status_of(refused))
    return redirect(url_for("personal.page", token=token))


def _page(token: str, error: str | None = None) -> str:
    home = house()
    with home.store.read() as work:
        ticket = ticket_with_token(work, token)
        office = work.session.get_one(Office, ticket.office_id)
        zone = ZoneInfo(office.timezone)
        language = asked_language() or ticket.locale
        with force_locale(language):
            kept = _kept(work, ticket, zone)
            requests = [
                {
                    "wish": each.wish,
                    "at": each.at.astimezone(zone),
                    "due": each.due.astimezone(zone),
                    "state": each.state,
                    "answer": each.answer,
                }
                for each in data_requests.of_ticket(work, ticket)
            ]
            return render_template(
                "kiosk/personal.html",
                token=token,
                label=ticket.label,
                office=office.name(language),
                kept=kept,
                requests=requests,
                error=error,
                typed=request.form if error else {},
                longest=data_requests.LONGEST,
            )


def _kept(work: Work, ticket: Ticket, zone: ZoneInfo) -> dict[str, Any]:
    """Return everything that is kept about a visit and can still be traced to it."""
    return {
        "service": ticket.service.name(locale()),
        "priority": ticket.priority.names.get(locale(), ticket.priority.code),
        "status": STATUS_NAMES[ticket.status],
        "arrived": ticket.arrived_at.astimezone(zone),
        "steps": [
            {
                "called": each.called_at and each.called_at.astimezone(zone),
                "started": each.started_at and each.started_at.astimezone(zone),
                "ended": each.ended_at and each.ended_at.astimezone(zone),
            }
            for each in ticket.steps
        ],
        "address": notifying.address_of(work, ticket),
        "notes": [each["text"] for each in notes_of(work, ticket)],
    }
