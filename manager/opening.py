"""The page on which an office opens, or goes back to its rehearsal after an opening by mistake."""

from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from manager.setting_up import STAGES, still_to_do
from office import hours, opening
from office.people import Right
from office.place import Office
from office.setting_up import Stage
from office.tickets import Status
from web.house import house
from web.pages import asker, form_done, page_for

pages = APIBlueprint("opening", __name__, enable_openapi=False)


@pages.get("/manager/opening")
@page_for(Right.MANAGE)
def page(error: str = "", status: int = 200) -> ResponseReturnValue:
    """Say what opening does, whose numbers it ends, and ask; or since when the office is open."""
    now = house().clock.now()
    todo = still_to_do(asker())
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        zone = ZoneInfo(office.timezone)
        here = opening.still_here(work, office)
        since = opening.opened_at(work, office)
        scheduled = hours.scheduled(work, office, now)
        opens = hours.next_opening(work, office, now)
        shown = render_template(
            "manager/opening.html",
            actor=g.actor,
            office=office,
            error=error,
            lacking=[STAGES[each][:2] for each in opening.lacking(work, office)],
            todo=[title for stage, title in todo.items() if stage is not Stage.OPENING],
            waiting=[each for each in here if each.status == Status.WAITING],
            held=[each for each in here if each.status == Status.HELD],
            at_counter=[each for each in here if each.counter is not None],
            since=since.astimezone(zone) if since else None,
            may_rehearse=opening.may_rehearse(work, office),
            closes=scheduled.closes if scheduled.is_open else None,
            opens=opens.astimezone(zone) if opens else None,
        )
    return shown, status


@pages.post("/manager/opening")
@page_for(Right.MANAGE)
def open_office() -> ResponseReturnValue:
    """Open, as was confirmed."""
    return form_done(
        lambda work, office, now: opening.open_office(work, office, asker(), now, house().strikes),
        _("The office is open. Numbers begin anew, and nothing of the rehearsal counts."),
        page,
        url_for("opening.page"),
    )


@pages.post("/manager/opening/rehearse")
@page_for(Right.MANAGE)
def rehearse() -> ResponseReturnValue:
    """Rehearse again."""
    return form_done(
        lambda work, office, now: opening.rehearse(work, office, asker(), now),
        _("The office rehearses again. Every screen says so."),
        page,
        url_for("opening.page"),
    )
