"""The page of the services: added, changed, put in order, retired."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from itertools import chain
from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office import catalogue, ready, suspensions
from office.catalogue import Offer
from office.people import Right
from office.place import LAST_NUMBER, Office, Service, in_language, services_by_counter
from storage.work import Work
from web.forms import whole
from web.house import house
from web.languages import locale
from web.pages import Act, asker, day_of, form_done, page_for

pages = APIBlueprint("services", __name__, enable_openapi=False)

#: What the pictures of services show, for those who hear the page.
PICTURES = {
    "document": _l("Document"),
    "id-card-enrol": _l("Identity card, recording"),
    "id-card-print": _l("Identity card, printing"),
    "family": _l("Family card"),
    "birth": _l("Birth"),
    "death": _l("Death"),
    "marriage": _l("Marriage"),
    "child-card": _l("Child's card"),
    "move": _l("Moving"),
    "phone-id": _l("Identity on the phone"),
    "stamp": _l("Stamp"),
    "pick-up": _l("Picking up"),
    "complaint": _l("Complaint"),
}


@pages.get("/manager/services")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """List the services in the order in which kiosks show them."""
    return _page()


@pages.post("/manager/services")
@page_for(Right.MANAGE)
def add() -> ResponseReturnValue:
    """Offer a new service."""
    code, first = request.form.get("code", ""), request.form.get("first_day", "")

    def act(work: Work, office: Office, now: datetime) -> str:
        added = catalogue.add_service(work, office, asker(), now, code, _offer(office))
        if first:
            suspensions.begin_on(
                work, office, asker(), now, code.strip(), day_of(request.form, "first_day")
            )
        return _shared(work, office, added)

    return _done(act, _("Added. Let counters serve it on the floor page."), _tell)


@pages.post("/manager/services/ready")
@page_for(Right.MANAGE)
def add_ready() -> ResponseReturnValue:
    """Offer the ready services that were ticked."""
    codes = request.form.getlist("ready")
    return _done(
        lambda work, office, now: ready.add_ready(work, office, asker(), now, codes),
        _("Added. Let counters serve them.") if codes else _("Nothing was ticked."),
    )


@pages.post("/manager/services/<code>")
@page_for(Right.MANAGE)
def change(code: str) -> ResponseReturnValue:
    """Keep what a service is from now on."""

    def act(work: Work, office: Office, now: datetime) -> str:
        changed = catalogue.change_service(work, office, asker(), now, code, _offer(office))
        return _shared(work, office, changed)

    return _done(act, _("Saved. It holds at once, at kiosk, phone and boards."), _tell)


@pages.post("/manager/services/<code>/<any(up, retire, again):step>")
@page_for(Right.MANAGE)
def move(code: str, step: str) -> ResponseReturnValue:
    """Show a service one place before, offer it no longer, or again."""
    acts = {"up": catalogue.move_up, "retire": catalogue.retire, "again": catalogue.offer_again}
    return _done(
        lambda work, office, now: acts[step](work, office, asker(), now, code), _("Saved.")
    )


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        served = [*chain.from_iterable(services_by_counter(work, office.id).values())]
        services = [
            {
                "code": each.code,
                "name": each.name(locale()),
                "retired": each.retired,
                "counters": served.count(each.id),
                "offer": catalogue.offer_of(each),
                "told": _told(catalogue.offer_of(each)),
            }
            for each in catalogue.all_services(work, office.id)
        ]
        offers = ready.ready_for(work, office.id)
    shown = render_template(
        "manager/services.html",
        actor=g.actor,
        locales=office.locales,
        services=services,
        ready=[
            {"code": code, "offer": offer, "name": in_language(offer.names, locale())}
            for code, offer in offers.items()
        ],
        icons=[(name, PICTURES[name]) for name in catalogue.ICONS],
        limits=catalogue,
        fresh=_told(Offer("", 1, LAST_NUMBER, {}, {}, catalogue.ICONS[0], None, 10)),
        error=error,
        typed=request.form if error else {},
    )
    return shown, status


def _done(
    act: Act, said: str, after: Callable[[Any], None] = lambda _done: None
) -> ResponseReturnValue:
    return form_done(act, said, _page, url_for("services.page"), after)


def _shared(work: Work, office: Office, service: Service) -> str:
    """Return what to say of a service that has its numbers from one series with others."""
    others = catalogue.sharing(service, catalogue.all_services(work, office.id))
    if not others:
        return ""
    told: str = _(
        "“%(service)s” shares letter %(letter)s and its numbers with %(others)s: their visitors "
        "get numbers from one series. For a series of its own choose another letter.",
        service=service.name(locale()),
        letter=service.letter,
        others=", ".join(f"“{each.name(locale())}”" for each in others),
    )
    return told


def _tell(said: str) -> None:
    if said:
        flash(said, "warn")


def _offer(office: Office) -> Offer:
    form = request.form
    quota = form.get("quota", "").strip()
    return Offer(
        letter=form.get("letter", "").strip().upper(),
        number_from=_number("number_from"),
        number_to=_number("number_to"),
        names={each: form.get(f"name-{each}", "") for each in office.locales},
        requirements={each: form.get(f"bring-{each}", "").splitlines() for each in office.locales},
        icon=form.get("icon", ""),
        quota=_number("quota") if quota else None,
        typical_min=_number("typical_min"),
    )


def _told(offer: Offer) -> dict[str, Any]:
    """Return an offer as its form has it."""
    return {
        **asdict(offer),
        **{f"name-{each}": name for each, name in offer.names.items()},
        **{f"bring-{each}": "\n".join(papers) for each, papers in offer.requirements.items()},
    }


def _number(name: str) -> int:
    """Return the whole number typed, or one that the catalogue refuses."""
    number = whole(request.form.get(name), 5)
    return -1 if number is None else number
