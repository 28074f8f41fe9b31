"""Closing early: the page on which a supervisor does it, and its addresses."""

from datetime import datetime, time
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, Field

from office import early, hours
from office.board import waiting_counts
from office.clock import local_time
from office.early import Fate, Reason, Wish
from office.errors import Invalid
from office.people import Right
from office.place import EarlyClosing, Office, services_of
from office.tickets import IS_AT_COUNTER, IS_OPEN, Status, Ticket
from storage.work import Work
from web.house import house
from web.pages import asker, form_done, page_for
from web.returns import right_printed
from web.shapes import Asked, Texts, problems
from web.turns import Turn, in_reading, in_turn

pages = APIBlueprint("early", __name__, enable_openapi=False)
api = APIBlueprint("early_api", __name__, tag="Closing")

REFUSALS = problems(400, 401, 403, 409, 413, 422)

REASONS: dict[Reason, LazyString] = {
    Reason.POWER: _l("The power has failed"),
    Reason.SYSTEM: _l("The system is down"),
    Reason.STAFF: _l("Not enough staff"),
    Reason.EVENT: _l("An official event"),
    Reason.SAFETY: _l("Safety (flood, earthquake, fire)"),
    Reason.OTHER: _l("Another reason, which visitors are not told"),
}


class AskedClose(Asked):
    """Why the office closes early, and what becomes of those who wait."""

    reason: Reason
    fate: Fate
    home_at: time | None = Field(
        None, description="Until when they are still called, by the office's clock; null: no more"
    )


class EarlyShape(BaseModel):
    """Today's early close, if there is one."""

    version: int
    reason: Reason | None
    fate: Fate | None
    since: datetime | None
    home_at: datetime | None
    sent_home_at: datetime | None
    texts: Texts = Field(description="What visitors are told")


@api.get("/closing")
@api.output(EarlyShape)
@api.doc(responses=problems(401, 403))
def closing() -> Response:
    """Tell whether the office closes early today, and how."""
    return in_reading(Right.RUN_FLOOR, _told)


@api.post("/closing")
@api.input(AskedClose)
@api.output(EarlyShape)
@api.doc(responses=REFUSALS)
def close_early(json_data: AskedClose) -> Response:
    """Give out no more numbers today, and say what becomes of those who wait."""

    def act(turn: Turn) -> dict[str, Any]:
        moment = _moment(turn.office, turn.now, json_data.home_at)
        wish = Wish(json_data.reason, json_data.fate, moment)
        early.close(turn.work, turn.office, turn.actor, turn.now, wish)
        return _told(turn)

    return in_turn(Right.RUN_FLOOR, act)


@api.post("/closing/back")
@api.output(EarlyShape)
@api.doc(responses=REFUSALS)
def open_again() -> Response:
    """Give out numbers again; not once those who waited were sent home."""

    def act(turn: Turn) -> dict[str, Any]:
        early.open_again(turn.work, turn.office, turn.actor, turn.now)
        return _told(turn)

    return in_turn(Right.RUN_FLOOR, act)


@pages.get("/floor/close")
@page_for(Right.RUN_FLOOR)
def page(error: str = "", status: int = 200) -> ResponseReturnValue:
    """Show who waits, and close early; or how the office has closed."""
    return _page(None, error, status)


@pages.post("/floor/close/ask")
@page_for(Right.RUN_FLOOR)
def ask() -> ResponseReturnValue:
    """Say what will happen, and ask whether it is meant."""
    try:
        wish = _wish()
    except Invalid:
        return _page(None, _("Please choose why, and what becomes of those who wait."), 422)
    return _page(wish, "", 200)


@pages.post("/floor/close")
@page_for(Right.RUN_FLOOR)
def close() -> ResponseReturnValue:
    """Close early, as was confirmed."""

    def act(work: Work, office: Office, now: datetime) -> None:
        reason, fate, clock = _wish()
        early.close(work, office, asker(), now, Wish(reason, fate, _moment(office, now, clock)))

    return form_done(act, _("The office gives out no more numbers today."), page, _here())


@pages.post("/floor/close/back")
@page_for(Right.RUN_FLOOR)
def back() -> ResponseReturnValue:
    """Take it back."""
    return form_done(
        lambda work, office, now: early.open_again(work, office, asker(), now),
        _("Numbers are given out again."),
        page,
        _here(),
    )


@pages.post("/floor/close/home")
@page_for(Right.RUN_FLOOR)
def home() -> ResponseReturnValue:
    """Send those who still wait home now, before the stated moment."""
    return form_done(
        lambda work, office, now: early.send_home(work, office, asker(), now),
        _("Whoever waited has been sent home."),
        page,
        _here(),
    )


@pages.post("/floor/close/slips")
@page_for(Right.RUN_FLOOR)
def slips() -> ResponseReturnValue:
    """Print the return codes that nobody was told yet."""

    def act(work: Work, office: Office, now: datetime) -> None:
        for right in early.tell_codes(work, office, asker(), now):
            right_printed(work, office, asker(), right, now)

    return form_done(act, _("The return slips are being printed."), page, _here())


def _page(
    asked: tuple[Reason, Fate, time | None] | None, error: str, status: int
) -> ResponseReturnValue:
    now = house().clock.now()
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        standing = hours.closed_early(work, office, now)
        counts = waiting_counts(work, office.id)
        waiting = [(each, counts.get(each.id, 0)) for each in services_of(work, office.id)]
        at_counters = work.session.query(Ticket).filter(
            Ticket.office_id == office.id, IS_AT_COUNTER
        )
        held = work.session.query(Ticket).filter(
            Ticket.office_id == office.id, IS_OPEN, Ticket.status == Status.HELD.value
        )
        total = sum(counts.values())
        return render_template(
            "manager/early.html",
            actor=g.actor,
            error=error,
            standing=standing,
            texts=early.sentences(work, office, standing)
            if standing
            else early.sentences(work, office, _meant(office, now, asked))
            if asked
            else {},
            locales=office.locales,
            asked=asked,
            waiting=[each for each in waiting if each[1]],
            total=total,
            held=held.count(),
            at_counters=at_counters.count(),
            carries=office.carries_over,
            reasons=REASONS,
            fates=_fates(total + held.count()),
            clock=office.clock_of,
            now=office.clock_of(now),
            untold=len(early.untold(work, office, now)),
            sent=request.form,
        ), status


def _meant(office: Office, now: datetime, asked: tuple[Reason, Fate, time | None]) -> EarlyClosing:
    """Return the close that is asked about, of which nothing is kept yet."""
    reason, fate, clock = asked
    moment = None if fate is Fate.SERVED else _moment(office, now, clock) or now
    return EarlyClosing(
        office_id=office.id,
        day=office.today(now),
        reason=reason.value,
        fate=fate.value,
        since=now,
        home_at=moment,
    )


def _fates(count: int) -> dict[Fate, str]:
    """Return what happens to so many who wait, in words."""
    return {
        Fate.SERVED: ngettext(
            "%(num)d visitor who waits is still served today.",
            "All %(num)d who wait are still served today.",
            count,
        ),
        Fate.CARRIED: _("Whoever is left comes first on the next working day, without asking."),
        Fate.RETURN: _("Whoever is left may come again and goes first, with a return code."),
    }


def _wish() -> tuple[Reason, Fate, time | None]:
    form = request.form
    try:
        clock = time.fromisoformat(form["home_at"]) if form.get("home_at") else None
        return Reason(form.get("reason", "")), Fate(form.get("fate", "")), clock
    except ValueError as error:
        raise Invalid(fields={"reason": "one of the list", "fate": "one of the list"}) from error


def _moment(office: Office, now: datetime, clock: time | None) -> datetime | None:
    return None if clock is None else local_time(office.today(now), clock, office.timezone)


def _told(turn: Turn) -> dict[str, Any]:
    found = hours.closed_early(turn.work, turn.office, turn.now)
    return EarlyShape(
        version=turn.office.version,
        reason=Reason(found.reason) if found else None,
        fate=Fate(found.fate) if found else None,
        since=found.since if found else None,
        home_at=found.home_at if found else None,
        sent_home_at=found.sent_home_at if found else None,
        texts=early.told(turn.work, turn.office, turn.now),
    ).model_dump(mode="json")


def _here() -> str:
    return url_for("early.page")
