"""The page of requests about personal data: what is asked, until when, and the answer."""

from datetime import datetime
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import data_requests
from office.data_requests import Proof
from office.errors import Invalid
from office.people import Right
from office.place import Office
from office.tickets import Ticket
from storage.work import Work
from web.house import house
from web.languages import day_in, locale
from web.pages import Act, asker, form_done, page_for

pages = APIBlueprint("personal_requests", __name__, enable_openapi=False)


@pages.get("/manager/requests")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """List the requests, the oldest open one first."""
    return _page()


@pages.post("/manager/requests")
@page_for(Right.MANAGE)
def enter() -> ResponseReturnValue:
    """Enter a request that somebody made at the desk or by letter."""
    form = request.form
    wish, words = form.get("wish", ""), form.get("words", "")
    try:
        proof = Proof(form.get("proof", ""))
    except ValueError:
        proof = Proof.SECRET

    def act(work: Work, office: Office, now: datetime) -> None:
        if proof is Proof.SECRET:
            raise Invalid(fields={"proof": "identity_shown or letter"})
        data_requests.ask(work, office, asker(), now, wish, proof, words)

    return _done(act, _("The request is entered. Its clock runs."))


@pages.post("/manager/requests/<int:number>")
@page_for(Right.MANAGE)
def answer(number: int) -> ResponseReturnValue:
    """Answer a request."""
    state, words = request.form.get("state", ""), request.form.get("answer", "")
    return _done(
        lambda work, office, now: data_requests.answer(
            work, office, asker(), now, number, state, words
        ),
        _("Answered. Who asked with a ticket reads it on the ticket's page."),
    )


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        zone = ZoneInfo(office.timezone)
        shown = []
        for each in data_requests.requests_of(work, office.id):
            ticket = None if each.ticket_id is None else work.session.get(Ticket, each.ticket_id)
            shown.append(
                {
                    "id": each.id,
                    "wish": each.wish,
                    "proof": each.proof,
                    "label": ""
                    if ticket is None
                    else f"{ticket.label}, {day_in(ticket.day, 'medium', locale())}",
                    "at": each.at.astimezone(zone),
                    "due": each.due.astimezone(zone),
                    "hours": int((each.due - now).total_seconds() // 3600),
                    "overdue": now > each.due,
                    "state": each.state,
                    "words": each.words,
                    "answer": each.answer,
                    "answered": each.answered_at and each.answered_at.astimezone(zone),
                }
            )
    page = render_template(
        "manager/requests.html",
        actor=g.actor,
        requests=shown,
        longest=data_requests.LONGEST,
        error=error,
        typed=request.form if error else {},
    )
    return page, status


def _done(act: Act, said: str) -> ResponseReturnValue:
    return form_done(act, said, _page, url_for("personal_requests.page"))
