"""The page of the office's name and clock, and of its counters."""

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import premises
from office.people import Right
from office.place import (
    Names,
    Office,
    all_counters,
    counters_of,
    services_by_counter,
    services_of,
)
from web.forms import whole
from web.house import house
from web.pages import Act, asker, form_done, page_for

pages = APIBlueprint("premises", __name__, enable_openapi=False)


@pages.get("/manager/office")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show the office's name and its counters."""
    return _page()


@pages.post("/manager/office")
@page_for(Right.MANAGE)
def set_office() -> ResponseReturnValue:
    """Keep the office's name and clock."""
    zone, on_signs = request.form.get("timezone", ""), "names_on_signs" in request.form
    return _done(
        lambda work, office, now: premises.set_office(
            work, office, asker(), now, _names(office), zone, on_signs
        ),
        _("Saved. It holds at once, at kiosk, phone and boards."),
    )


@pages.post("/manager/office/counters")
@page_for(Right.MANAGE)
def name_counters() -> ResponseReturnValue:
    """Call the counters what the form says."""
    return _done(
        lambda work, office, now: premises.name_counters(
            work,
            office,
            asker(),
            now,
            {
                each.number: _names(office, f"counter-{each.number}-")
                for each in counters_of(work, office.id)
            },
        ),
        _("Saved. It holds at once, at kiosk, phone and boards."),
    )


@pages.post("/manager/office/counters/more")
@page_for(Right.MANAGE)
def add_counters() -> ResponseReturnValue:
    """Add counters."""
    count = whole(request.form.get("count")) or 0
    serve_all = "serve_all" in request.form
    return _done(
        lambda work, office, now: premises.add_counters(
            work, office, asker(), now, count, serve_all
        ),
        _("Added.") if serve_all else _("Added. Say on the floor page what it serves."),
    )


@pages.post("/manager/office/counters/<int:counter>/<any(retire, again):turn>")
@page_for(Right.MANAGE)
def move_counter(counter: int, turn: str) -> ResponseReturnValue:
    """Have a counter no longer, or again."""
    act = premises.retire_counter if turn == "retire" else premises.bring_back
    return _done(lambda work, office, now: act(work, office, asker(), now, counter), _("Saved."))


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        serving = services_by_counter(work, office.id)
        counters = [
            {"number": each.number, "names": each.names, "serves": len(serving.get(each.id, ()))}
            for each in counters_of(work, office.id)
        ]
        retired = [each.number for each in all_counters(work, office.id) if each.retired]
        services = services_of(work, office.id)
    zones = [*premises.TIMEZONES]
    if office.timezone not in zones:
        zones.append(office.timezone)
    shown = render_template(
        "manager/office.html",
        actor=g.actor,
        office=office,
        zones=zones,
        counters=counters,
        retired=retired,
        services=services,
        limits=premises,
        error=error,
        typed=request.form if error else {},
    )
    return shown, status


def _done(act: Act, said: str) -> ResponseReturnValue:
    return form_done(act, said, _page, url_for("premises.page"))


def _names(office: Office, before: str = "name-") -> Names:
    return {each: request.form.get(f"{before}{each}", "") for each in office.locales}
