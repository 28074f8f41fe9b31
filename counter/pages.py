"""The console's pages: choose a counter, then serve."""

from apiflask import APIBlueprint
from flask import g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from office import console
from office.aside import CancelReason
from office.moment import Need
from office.pausing import PauseReason
from office.people import Right, as_counted, rights_of
from office.place import (
    Office,
    Service,
    classes_of,
    counter_numbered,
    counters_of,
    in_language,
    served_at,
    services_of,
)
from office.rights import accounts_of
from web.house import house
from web.languages import locale
from web.pages import page_for

pages = APIBlueprint(
    "counter",
    __name__,
    template_folder="templates",
    static_folder="static/counter",
    static_url_path="/static/counter",
    enable_openapi=False,
)

#: Why a ticket may be called out of order, by the code that the journal keeps.
REASONS: dict[str, LazyString] = {
    "needs_help_now": _l("Cannot wait: ill, in pain, or in danger"),
    "comes_back": _l("Comes back with missing papers, as agreed"),
    "our_mistake": _l("Our mistake: wrong service or missed call"),
    "document_ready": _l("Only picks up a finished document"),
    "ordered": _l("Ordered by the supervisor"),
}


#: Why a counter takes a break, by the code that the journal keeps.
PAUSES: dict[PauseReason, LazyString] = {
    PauseReason.SHORT: _l("Short break"),
    PauseReason.PRAYER: _l("Prayer"),
    PauseReason.LUNCH: _l("Meal"),
    PauseReason.MEETING: _l("Meeting or briefing"),
    PauseReason.FAULT: _l("Fault: network, device or system"),
}


#: Why a number is given back, by the code that the journal keeps.
CANCELS: dict[CancelReason, LazyString] = {
    CancelReason.LEFT: _l("The visitor leaves or has left"),
    CancelReason.TWICE: _l("Holds a second number"),
    CancelReason.WRONG_SERVICE: _l("Wrong service"),
    CancelReason.NOT_NEEDED: _l("No visit is needed"),
}


#: What may be done for a visitor today, as consoles say it.
NEEDS: dict[Need, LazyString] = {
    Need.FETCH: _l("Fetch in person"),
    Need.STEP_FREE: _l("No steps"),
    Need.WRITE: _l("Write it down"),
    Need.READ: _l("Read aloud"),
}


@pages.get("/counter")
@page_for(Right.SERVE)
def page() -> ResponseReturnValue:
    """Choose a counter."""
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        counters = console.counter_list(work, office)
        names = {each.code: each.name(locale()) for each in services_of(work, office.id)}
        rehearsal = office.rehearsal
    return render_template(
        "counter/choose.html",
        counters=counters,
        services=names,
        rehearsal=rehearsal,
        actor=g.actor,
    )


@pages.get("/counter/<int:number>")
@page_for(Right.SERVE)
def console_page(number: int) -> ResponseReturnValue:
    """Show the console of a counter."""
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        counter = counter_numbered(work, office.id, number)
        offered = {each.id: each for each in services_of(work, office.id)}
        services = [
            {
                "code": each.code,
                "letter": each.letter,
                "name": each.name(locale()),
                "requirements": each.requirements.get(locale())
                or next(iter(each.requirements.values()), []),
                "next": _next(offered, each),
            }
            for each in offered.values()
        ]
        own_services = list(served_at(work, counter).values())[:1]
        counters = [
            {"number": each.number, "name": each.name(locale())}
            for each in counters_of(work, office.id)
        ]
        clerks = [
            {"id": each.id, "username": each.username, "name": each.name}
            for each in accounts_of(work, office.id)
            if Right.SERVE in rights_of(each)
        ]
        classes = [
            {"code": each.code, "name": each.names.get(locale(), each.code), "rate": each.rate}
            for each in classes_of(work, office.id)
        ]
    return render_template(
        "counter/console.html",
        counter=counter,
        services=services,
        counters=counters,
        classes=classes,
        clerks=sorted(clerks, key=lambda each: as_counted(str(each["name"]))),
        reasons={code: str(sentence) for code, sentence in REASONS.items()},
        pauses={code.value: str(sentence) for code, sentence in PAUSES.items()},
        cancels={code.value: str(sentence) for code, sentence in CANCELS.items()},
        needs={code.value: str(sentence) for code, sentence in NEEDS.items()},
        may_reprint=g.actor.may(Right.REPRINT),
        may_cancel=g.actor.may(Right.CANCEL_TICKET),
        own_services=own_services,
        may_transfer=g.actor.may(Right.TRANSFER),
        may_walk_in=g.actor.may(Right.WALK_IN),
        may_change_priority=g.actor.may(Right.CHANGE_PRIORITY),
        actor=g.actor,
        may_serve_anywhere=g.actor.may(Right.SERVE_ANYWHERE),
        may_call_out_of_order=g.actor.may(Right.CALL_OUT_OF_ORDER),
    )


def _next(offered: dict[int, Service], service: Service) -> dict[str, str] | None:
    """Return what may follow `service` and on which condition."""
    later = offered.get(service.next_id or 0)
    if later is None:
        return None
    condition = in_language(service.next_condition or {}, locale())
    return {"name": later.name(locale()), "condition": condition}
