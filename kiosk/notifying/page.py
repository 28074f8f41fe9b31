"""The page on which a visitor leaves an address to be told at, sees it, and takes it back."""

from typing import Any

from apiflask import APIBlueprint
from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, force_locale
from flask_babel import lazy_gettext as _l

from office import notifying
from office.errors import OfficeError
from office.kiosk_rules import rules_of
from office.notifying import NotifyOff, Way
from office.place import Office
from office.tickets import OPEN, ticket_with_token
from office.turn import take_turn
from storage.work import Work
from web.access import holder
from web.errors import status_of
from web.house import house
from web.languages import asked_language
from web.limits import limiter, ticket_key
from web.refusals import sentence
from web.security import by_secret

pages = APIBlueprint("notifying", __name__, enable_openapi=False)

#: Addresses left with one ticket: enough to mend what was mistyped, too few to trouble others.
ADDRESSES = "6 per hour"

NAMES: dict[Way, LazyString] = {
    Way.MAIL: _l("Mail"),
    Way.TELEGRAM: _l("Telegram"),
    Way.WHATSAPP: _l("WhatsApp"),
}
HINTS: dict[Way, LazyString] = {
    Way.MAIL: _l("Your mail address, such as nama@example.id"),
    Way.TELEGRAM: _l("The number of your account; write to the office's bot first"),
    Way.WHATSAPP: _l("Your telephone number, such as 0812 3456 7890"),
}


def offered(work: Work, office_id: int) -> bool:
    """Say whether visitors of the office may leave an address."""
    return bool(house().notify) and rules_of(work, office_id).notify_place > 0


@pages.get("/t/<token>/message")
def page(token: str) -> ResponseReturnValue:
    """Show where the visitor is told, or the form to say so."""
    return _page(token)


@pages.post("/t/<token>/message")
@by_secret
@limiter.limit(ADDRESSES, key_func=ticket_key)
def leave(token: str) -> ResponseReturnValue:
    """Keep an address, or delete the one that is kept."""
    home = house()
    now = home.clock.now()
    form = request.form
    try:
        with home.store.work() as work:
            office = take_turn(work, holder(work, token).office_id, now)
            ticket = ticket_with_token(work, token)
            if "forget" in form:
                notifying.take_back(work, office, now, ticket)
            else:
                way = form.get("way", "")
                if way not in home.notify:
                    raise NotifyOff()
                language = asked_language() or ticket.locale
                typed = form.get("address", "")
                notifying.leave_address(work, office, now, ticket, Way(way), typed, language)
    except OfficeError as refused:
        error = sentence(refused.code, refused.facts)
        return make_response(_page(token, error), status_of(refused))
    return redirect(url_for("notifying.page", token=token), 303)


def _page(token: str, error: str | None = None) -> str:
    home = house()
    with home.store.read() as work:
        ticket = ticket_with_token(work, token)
        kept = notifying.address_of(work, ticket)
        on = offered(work, ticket.office_id)
        office = work.session.get_one(Office, ticket.office_id)
        language = asked_language() or ticket.locale
        told: dict[str, Any] = {
            "label": ticket.label,
            "office": office.name(language),
            "open": ticket.status in OPEN,
            "place": rules_of(work, office.id).notify_place,
        }
    with force_locale(language):
        return render_template(
            "kiosk/message.html",
            **told,
            token=token,
            on=on,
            kept=kept,
            ways=[(each, NAMES[each], HINTS[each]) for each in Way if each in home.notify],
            names=NAMES,
            error=error,
            typed=request.form if error else {},
            longest=notifying.LONGEST,
        )
