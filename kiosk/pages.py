"""The kiosk's page and the citizen's ticket page."""

import segno
from apiflask import APIBlueprint
from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from kiosk.addresses import page_url
from kiosk.following import ticket_state
from office.people import Right
from office.tickets import ticket_with_token
from web.house import house
from web.languages import asked_language
from web.pages import LINK, page_for

pages = APIBlueprint(
    "kiosk",
    __name__,
    template_folder="templates",
    static_folder="static/kiosk",
    static_url_path="/static/kiosk",
    enable_openapi=False,
)


@pages.get("/kiosk")
@page_for(Right.TAKE_TICKET, LINK)
def page() -> ResponseReturnValue:
    """Show the kiosk."""
    return render_template("kiosk/kiosk.html")


@pages.get("/t/<token>")
def ticket_page(token: str) -> ResponseReturnValue:
    """Show a ticket to whoever holds its secret."""
    home = house()
    with home.store.read() as work:
        ticket = ticket_with_token(work, token)
        language = asked_language() or ticket.locale
        state = ticket_state(work, ticket, home.clock.now(), language)
        requirements = ticket.service.requirements.get(language, [])
    with force_locale(language):
        return render_template(
            "kiosk/ticket.html", ticket=state, token=token, requirements=requirements
        )


@pages.get("/t/<token>/qr.svg")
def ticket_code(token: str) -> ResponseReturnValue:
    """Draw the QR code that leads to a ticket's page."""
    with house().store.read() as work:
        ticket_with_token(work, token)
    drawn = segno.make(page_url(token), error="m").svg_inline(scale=8, border=2)
    response = Response(drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    response.content_type = "image/svg+xml"
    return response
