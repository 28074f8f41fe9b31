"""How satisfied people were: the one tap after a visit, and what it adds up to."""

from typing import Any

from apiflask import APIFlask

from office.place import Office
from office.tickets import Status, Ticket
from storage.work import Work
from surveys import ratings
from surveys.api import api
from web.house import House


def init_app(app: APIFlask, home: House) -> None:
    """Add the rating to `app`, to every ticket's state and to the manager's day."""
    app.register_blueprint(api, url_prefix="/api/v1")
    home.ticket_facts.append(_of_ticket)
    home.day_facts.append(_of_day)


def _of_ticket(work: Work, ticket: Ticket) -> dict[str, Any]:
    if ticket.status != Status.DONE:
        return {}
    rating = ratings.rating_of(work, ticket)
    rated = rating is not None
    return {
        "can_rate": not rated,
        "rated": rated,
        "can_comment": rating is not None and rating.comment is None,
    }


def _of_day(work: Work, office: Office) -> dict[str, Any]:
    day = office.open_day
    return {"ratings": ratings.summary(work, office, day)} if day else {}
