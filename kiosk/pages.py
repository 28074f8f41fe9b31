"""The kiosk's page and the citizen's ticket page."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import segno
from apiflask import APIBlueprint
from babel.dates import format_date, format_datetime
from babel.units import format_unit
from flask import Response, g, json, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, get_locale
from flask_babel import gettext as _

from kiosk.addresses import page_url
from kiosk.following import ticket_state
from kiosk.notifying.page import offered
from kiosk.printing.words import usual_minutes
from office.errors import RehearsalOver, TicketReprinted
from office.people import Right
from office.place import Office, in_language
from office.tickets import ticket_with_token
from web.house import house
from web.languages import LOCALES, asked_language
from web.pages import LINK, page_for
from web.shelf import logo_address
from web.shut import shut_words

pages = APIBlueprint(
    "kiosk",
    __name__,
    template_folder="templates",
    static_folder="static/kiosk",
    static_url_path="/static/kiosk",
    enable_openapi=False,
)


#: A day with its hour, and an hour alone, on the office's clock.
_TAKEN = {"id": "EEEE, d MMMM y, HH.mm", "en": "EEEE, d MMMM y, HH:mm"}
_CLOCK = {"id": "HH.mm", "en": "HH:mm"}


@pages.get("/kiosk")
@page_for(Right.TAKE_TICKET, LINK)
def page() -> ResponseReturnValue:
    """Show the kiosk."""
    with house().store.read() as work:
        logo = logo_address(work, g.actor.office_id)
    own = str(get_locale())
    told = {each: _shut(each) for each in sorted(LOCALES, key=lambda each: each != own)}
    return render_template("kiosk/kiosk.html", logo=logo, shut=told)


@pages.get("/t/<token>")
def ticket_page(token: str) -> ResponseReturnValue:
    """Show a ticket to whoever holds its secret; without a script, as it stands at this moment."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        try:
            ticket = ticket_with_token(work, token)
        except (TicketReprinted, RehearsalOver) as gone:
            reprinted = isinstance(gone, TicketReprinted)
            return render_template("kiosk/replaced.html", reprinted=reprinted), 410
        language = asked_language() or ticket.locale
        state = ticket_state(work, ticket, now, language)
        taken = ticket.arrived_at
        mark = ticket.priority.names if ticket.priority.rate > 1 else {}
        rehearsal = work.session.get_one(Office, ticket.office_id).rehearsal
        logo = logo_address(work, ticket.office_id)
        notifies = offered(work, ticket.office_id)
    zone = ZoneInfo(state["timezone"])
    with force_locale(language):
        return render_template(
            "kiosk/ticket.html",
            ticket=state,
            service=_with_files(state["service"]["name"], state["files"]),
            further=", ".join(
                _with_files(each["name"], each["files"]) for each in state["further"]
            ),
            token=token,
            mark=in_language(mark, language),
            rehearsal=rehearsal,
            logo=logo,
            notifies=notifies,
            usual=usual_in_words(state["wait"], language),
            days=_days(state["coming_back"], language),
            taken=" ".join(
                (
                    format_datetime(taken, _TAKEN[language], zone, language),
                    taken.astimezone(zone).tzname() or "",
                )
            ),
            at=format_datetime(now, _CLOCK[language], zone, language),
        )


@pages.get("/t/<token>/qr.svg")
def ticket_code(token: str) -> ResponseReturnValue:
    """Draw the QR code that leads to a ticket's page."""
    with house().store.read() as work:
        ticket_with_token(work, token)
    drawn = segno.make(page_url(token), error="m").svg_inline(scale=8, border=4)
    response = Response(drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
    response.content_type = "image/svg+xml"
    return response


@pages.get("/t/<token>/app.webmanifest")
def ticket_manifest(token: str) -> ResponseReturnValue:
    """Tell a phone how to keep a ticket on its home screen: by its number."""
    with house().store.read() as work:
        label = ticket_with_token(work, token).label
    here = url_for("kiosk.ticket_page", token=token)
    manifest = {
        "id": here,
        "name": f"Antrean {label}",
        "short_name": label,
        "start_url": here,
        "scope": here,
        "display": "standalone",
        "background_color": "#faf7f0",
        "theme_color": "#083642",
        "icons": [
            {
                "src": url_for("web.static", filename="favicon.svg"),
                "sizes": "any",
                "type": "image/svg+xml",
            }
        ],
    }
    return Response(json.dumps(manifest), content_type="application/manifest+json")


def _shut(language: str) -> dict[str, str]:
    """Return what a kiosk says that gives no numbers now: in every language, to whoever passes."""
    with force_locale(language):
        return {
            **shut_words(),
            "cut_title": _("This machine has lost its connection"),
            "cut_text": _(
                "Please ask the staff for a number. This machine will be back by itself."
            ),
            "rests_title": _("This machine rests for a moment"),
            "rests_text": _(
                "Many numbers were taken here within a minute. It goes on by itself at {time}. "
                "Please ask the staff if you cannot wait."
            ),
        }


def usual_in_words(wait: dict[str, Any], language: str) -> dict[str, str] | None:
    """Return in words the usual wait and the one nine in ten stay under, if they are known."""
    usual, most = usual_minutes(wait["median_s"], wait["p90_s"])
    if usual is None or most is None:
        return None
    return {"median": _span(usual, language), "p90": _span(most, language)}


def _with_files(service: str, files: int) -> str:
    """Return what a service is called, with the files where there are several."""
    if files == 1:
        return service
    return str(_("{service} ({count} files)").format(service=service, count=files))


def _days(right: dict[str, Any] | None, language: str) -> dict[str, str]:
    """Return in words from and until when somebody may come back, if they may."""
    if right is None:
        return {}
    return {
        name: format_date(date.fromisoformat(right[key]), "full", language) if right[key] else ""
        for name, key in (("day", "first_day"), ("until", "until"))
    }


def _span(minutes: int, language: str) -> str:
    hours, rest = divmod(minutes, 60)
    parts = [(hours, "duration-hour")] if hours else []
    parts += [(rest, "duration-minute")] if rest or not hours else []
    return " ".join(format_unit(count, unit, locale=language) for count, unit in parts)
