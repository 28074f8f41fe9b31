"""Pages that only somebody with a right may open; others are shown the door they need."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import wraps
from typing import Any, ParamSpec, cast

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from office.errors import Forbidden, Invalid, OfficeError
from office.people import Actor, Right
from office.place import Office
from office.second_factor import SecondFactorMissing
from office.turn import take_turn
from storage.work import Work
from web.access import CredentialsMissing, asking, signed_in
from web.errors import status_of
from web.forms import by_script
from web.house import house
from web.meanwhile import ChangedMeanwhile, nothing_undone, reading, version_read
from web.refusals import sentence

Given = ParamSpec("Given")
Act = Callable[[Work, Office, datetime], Any]
Page = Callable[Given, ResponseReturnValue]

#: The doors: sign in as a person, or link the device.
SIGN_IN = "web.sign_in_page"
LINK = "web.link_page"
SECOND_FACTOR = "second_factor.page"


def asker() -> Actor:
    """Return who asked for a page that `page_for` lets in."""
    return cast(Actor, g.actor)


def page_for(right: Right, door: str = SIGN_IN) -> Callable[[Page[Given]], Page[Given]]:
    """Show the page to whoever has `right`; send others to `door`."""

    def decorate(page: Page[Given]) -> Page[Given]:
        @wraps(page)
        def guarded(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
            now = house().clock.now()
            with house().store.read() as work:
                try:
                    reading(work, asking(work, now, right).office_id)
                except CredentialsMissing:
                    if by_script():
                        raise
                    return redirect(url_for(door, next=request.path))
                except SecondFactorMissing:
                    return redirect(url_for(SECOND_FACTOR))
                except Forbidden:
                    if signed_in(work, now) is not None:
                        raise
                    return redirect(url_for(door, next=request.path))
            return page(*args, **kwargs)

        return guarded

    return decorate


def day_of(sent: Mapping[str, str], name: str) -> date:
    """Return the day (YYYY-MM-DD) that a form sent by this name. Raises Invalid."""
    try:
        return date.fromisoformat(sent.get(name, ""))
    except ValueError as error:
        raise Invalid(fields={name: "a day"}) from error


def form_done(
    act: Act,
    said: str,
    page: Callable[[str, int], ResponseReturnValue],
    back: str,
    after: Callable[[Any], None] = lambda _done: None,
) -> ResponseReturnValue:
    """Do what a form asks in the office's turn, then go `back` and show there what was `said`.

    A refusal is told to the page's script, or shown by `page`, in its own words. `after` gets what
    `act` returned, once that is committed.
    """
    home = house()
    now = home.clock.now()
    try:
        with home.store.work() as work:
            office = take_turn(work, g.actor.office_id, now)
            with nothing_undone(work, office):
                done = act(work, office, now)
    except OfficeError as refused:
        if by_script():
            raise
        why = [sentence(refused.code, refused.facts), *refused.facts.get("changes", ())]
        if not isinstance(refused, ChangedMeanwhile):
            g.read_at = version_read() or g.read_at
        return page(" ".join(why), status_of(refused))
    after(done)
    flash(said)
    return redirect(back)
