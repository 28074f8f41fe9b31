"""A number on one's own phone: the code that a device at the entrance shows, and the page after."""

from typing import Any

import segno
from apiflask import APIBlueprint
from flask import Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from kiosk.live import offers_now
from kiosk.pages import usual_in_words
from office import entrance, promises, reception
from office.errors import OfficeError
from office.people import Actor, Right, Token
from office.place import Office
from office.requests import keep_answer, kept_answer
from office.turn import take_turn
from storage.work import Work
from web.access import asking
from web.errors import status_of
from web.house import house
from web.languages import LOCALES, locale
from web.limits import ENTRANCE, limiter
from web.pages import LINK, page_for
from web.refusals import sentence

pages = APIBlueprint("entrance", __name__, enable_openapi=False)

#: One admission is one number, whatever is asked for with it again.
ASKED = "a number by phone"


@pages.get("/entrance")
@page_for(Right.TAKE_TICKET, LINK)
def page() -> ResponseReturnValue:
    """Show the code at the entrance, in every language to whoever passes."""
    said = {}
    for each in LOCALES:
        with force_locale(each):
            said[each] = {
                "title": _("Take a number with your phone"),
                "text": _("Point your phone's camera at this code and choose your service."),
                "none": _("The code cannot be shown now. Please use the ticket machine."),
            }
    return render_template("kiosk/entrance.html", said=said)


@pages.get("/entrance/code.svg")
def code() -> ResponseReturnValue:
    """Draw the code of this moment."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, Right.TAKE_TICKET)
        device = work.session.get(Token, actor.token_id) if actor.token_id else None
        if device is None or actor.account_id is not None:
            raise entrance.EntranceClosed()
        text = entrance.code_at(work, device, now)
    base = home.public_url or request.url_root.rstrip("/")
    address = base + url_for("entrance.come_in", device_id=device.id, code=text)
    drawn = segno.make(address, error="m").svg_inline(scale=8, border=4)
    drawn = drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return Response(drawn, content_type="image/svg+xml")


@pages.get("/entrance/<int:device_id>/<code>")
@limiter.limit(ENTRANCE)
def come_in(device_id: int, code: str) -> ResponseReturnValue:
    """Let in whoever scanned the code just now."""
    home = house()
    try:
        with home.store.read() as work:
            admission = entrance.admit(work, device_id, code, home.clock.now())
    except OfficeError as refused:
        return _over(refused)
    return redirect(url_for("entrance.choose", device_id=device_id, admission=admission), 303)


@pages.get("/entrance/<int:device_id>/number/<admission>")
@limiter.limit(ENTRANCE)
def choose(device_id: int, admission: str) -> ResponseReturnValue:
    """Show what numbers can be had for."""
    return _services(device_id, admission)


@pages.post("/entrance/<int:device_id>/number/<admission>")
@limiter.limit(ENTRANCE)
def take(device_id: int, admission: str) -> ResponseReturnValue:
    """Give the one number, and lead to its page; asked again, to the same."""
    home = house()
    now = home.clock.now()
    try:
        with home.store.work() as work:
            actor = entrance.admitted(work, device_id, admission, now)
            office = take_turn(work, actor.office_id, now)
            kept = kept_answer(work, office.id, actor.key, admission, ASKED)
            token = kept[1]["token"] if kept else _taken(work, office, actor)
            if kept is None:
                answer = {"token": token}
                keep_answer(work, office.id, actor.key, admission, ASKED, 303, answer, now)
    except OfficeError as refused:
        return _services(device_id, admission, refused)
    return redirect(url_for("kiosk.ticket_page", token=token, lang=locale()), 303)


def _taken(work: Work, office: Office, actor: Actor) -> str:
    home = house()
    now = home.clock.now()
    outlook = home.outlooks.recent(work, office, now)
    ticket, token = reception.take(
        work,
        office,
        actor,
        now,
        request.form.get("service", ""),
        request.form.get("priority") or None,
        locale(),
        waits=outlook.forecast.by_service,
    )
    promises.keep(work, ticket.step, outlook.of_newcomer(ticket.service_id))
    return token


def _services(
    device_id: int, admission: str, refused: OfficeError | None = None
) -> ResponseReturnValue:
    home = house()
    try:
        with home.store.read() as work:
            actor = entrance.admitted(work, device_id, admission, home.clock.now())
            office = work.session.get_one(Office, actor.office_id)
            offers = offers_now(work, office, locale())
    except OfficeError as over:
        return _over(over)
    return render_template(
        "kiosk/phone_take.html",
        offers=offers,
        services=[{**each, "usual": _usual(each)} for each in offers["services"]],
        chosen=request.form.get("service"),
        refused=sentence(refused.code, refused.facts) if refused else None,
    ), status_of(refused) if refused else 200


def _usual(each: dict[str, Any]) -> str:
    said = usual_in_words(each["wait"], locale())
    return str(_("usually {median}").format(**said)) if said else _("no counter is open yet")


def _over(refused: OfficeError) -> ResponseReturnValue:
    said = sentence(refused.code, refused.facts)
    return render_template("kiosk/phone_over.html", said=said), status_of(refused)
