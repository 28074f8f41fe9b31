"""The page of the office's name and clock, and of its counters."""

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import premises
from office.people import Right
from office.place import Names, Office, counters_of, services_by_counter
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
def add_counter() -> ResponseReturnValue:
    """Add a counter."""
    return _done(
        lambda work, office, now: premises.add_counter(work, office, asker(), now, _names(office)),
        _("Added. Say on the floor page what it serves."),
    )


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        serving = services_by_counter(work, office.id)
        counters = [
            {"number": each.number, "names": each.names, "serves": len(serving.get(each.id, ()))}
            for each in counters_of(work, office.id)
        ]
    zones = [*premises.TIMEZONES]
    if office.timezone not in zones:
        zones.append(office.timezone)
    shown = render_template(
        "manager/office.html",
        actor=g.actor,
        office=office,
        zones=zones,
        counters=counters,
        limits=premises,
        error=error,
        typed=request.form if error else {},
    )
    return shown, status


def _done(act: Act, said: str) -> ResponseReturnValue:
    return form_done(act, said, _page, url_for("premises.page"))


def _names(office: Office, before: str = "name-") -> Names:
    return {each: request.form.get(f"{before}{each}", "") for each in office.locales}
