"""The supervisor's floor: its addresses and its socket."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apiflask import APIBlueprint
from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select, update

from manager import setting_up
from manager.figures_words import lacking
from manager.floor_shapes import (
    Changed,
    FloorShape,
    Lacking,
    Needs,
    Plan,
    Seen,
    Suspension,
)
from office import alerts, closing, floor, kiosk_rest, outages, plan, suspensions
from office.people import Right, Token
from office.place import Office, Service
from office.terms import Terms
from office.turn import take_turn
from storage.work import Work
from web.house import House, house
from web.live import LiveSpace, Seat
from web.pages import page_for
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn

pages = APIBlueprint("floor", __name__, enable_openapi=False)
api = APIBlueprint("floor_api", __name__, tag="Floor")

log = structlog.get_logger(__name__)

#: Seconds between two looks.
WATCHED = 15
#: A screen that is there is noted this often.
NOTED = timedelta(seconds=60)

REFUSALS = problems(400, 401, 403, 404, 409, 413, 422)


def floor_now(work: Work, office: Office) -> dict[str, Any]:
    """Return the floor at this moment, printers and all."""
    home = house()
    now = home.clock.now()
    more = [each for found in home.floor_alerts for each in found(work, office, now)]
    return floor.floor(work, office, now, _troubles(work, office), more)


class FloorSpace(LiveSpace):
    """Supervisors' floors."""

    right = Right.RUN_FLOOR

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the floor."""
        return floor_now(work, office)


@pages.get("/floor")
@page_for(Right.RUN_FLOOR)
def page() -> ResponseReturnValue:
    """Show the floor, live."""
    todo = list(setting_up.still_to_do(g.actor).values())
    return render_template("manager/floor.html", actor=g.actor, lacking=lacking(), todo=todo)


def watch(home: House) -> None:
    """Look after the floor for ever: suspensions that end by the clock, screens that are there."""
    while True:
        time.sleep(WATCHED)
        try:
            look(home)
        except Exception:
            log.exception("floor_watch_failed")


def look(home: House) -> None:
    """Lift suspensions whose time has come and note which screens are connected."""
    now = home.clock.now()
    with home.store.read() as work:
        due = list(
            work.session.scalars(
                select(Service.office_id)
                .where(Service.suspended.is_(True), Service.suspended_until <= now)
                .distinct()
            )
        )
    for office_id in due:
        with home.store.work() as work:
            office = take_turn(work, office_id, now)
            suspensions.lift_overdue(work, office, closing.the_clock(office), now)
    there = {
        seat.actor.token_id
        for space in (*home.spaces, *home.seated)
        for seat in list(space.seats.values())
    } - {None}
    if there:
        with home.store.work() as work:
            work.session.execute(
                update(Token)
                .where(Token.id.in_(there), Token.seen_at.is_(None) | (Token.seen_at < now - NOTED))
                .values(seen_at=now)
            )


@api.get("/floor")
@api.output(FloorShape)
@api.doc(responses=problems(401, 403))
def the_floor() -> Response:
    """Tell every counter and its visitor, every line, outages and alerts."""
    return in_reading(Right.RUN_FLOOR, lambda turn: floor_now(turn.work, turn.office))


@api.post("/floor/alerts/seen")
@api.input(Seen)
@api.output(Changed)
@api.doc(responses=REFUSALS)
def alert_seen(json_data: Seen) -> Response:
    """Say that an alert has been seen and is being taken care of."""

    def act(turn: Turn) -> None:
        found = floor.alert_with(floor_now(turn.work, turn.office), json_data.alert)
        alerts.acknowledge(turn.work, turn.office, turn.actor, turn.now, found)

    return _changed(act)


@api.post("/floor/kiosks/<int:device_id>/go-on")
@api.output(Changed)
@api.doc(responses=REFUSALS)
def kiosk_goes_on(device_id: int) -> Response:
    """Let a kiosk that rests give out numbers again."""
    return _changed(
        lambda turn: kiosk_rest.go_on(turn.work, turn.office, turn.actor, turn.now, device_id)
    )


@api.post("/counters/<int:number>/services")
@api.input(Plan)
@api.output(Changed)
@api.doc(responses=REFUSALS)
def set_plan(number: int, json_data: Plan) -> Response:
    """Let a counter serve these services from now on, and no others."""
    terms: Sequence[Terms] = [
        Terms(each.code, each.preference, each.helps_after_min) for each in json_data.services
    ]
    return _changed(
        lambda turn: plan.set_plan(turn.work, turn.office, turn.actor, turn.now, number, terms)
    )


@api.post("/services/<code>/suspend")
@api.input(Suspension)
@api.output(Changed)
@api.doc(responses=REFUSALS)
def suspend(code: str, json_data: Suspension) -> Response:
    """Give no more tickets for a service; those waiting for it are still called."""

    def act(turn: Turn) -> None:
        until = None
        if json_data.until is not None:
            here = turn.now.astimezone(ZoneInfo(turn.office.timezone))
            until = datetime.combine(here.date(), json_data.until, here.tzinfo)
        suspensions.suspend(
            turn.work, turn.office, turn.actor, turn.now, code, json_data.message, until
        )

    return _changed(act)


@api.post("/services/<code>/resume")
@api.output(Changed)
@api.doc(responses=REFUSALS)
def resume(code: str) -> Response:
    """Give tickets for a service again."""
    return _changed(
        lambda turn: suspensions.resume(turn.work, turn.office, turn.actor, turn.now, code)
    )


@api.post("/services/<code>/needs")
@api.input(Needs)
@api.output(Changed)
@api.doc(responses=REFUSALS)
def set_needs(code: str, json_data: Needs) -> Response:
    """Say what a service cannot be given without."""
    return _changed(
        lambda turn: outages.set_needs(
            turn.work, turn.office, turn.actor, turn.now, code, json_data.needs
        ),
        Right.MANAGE,
    )


@api.post("/outages")
@api.input(Lacking)
@api.output(Changed)
@api.doc(responses=REFUSALS)
def begin_outage(json_data: Lacking) -> Response:
    """Let every service stand still that needs what the office has not got."""
    return _changed(
        lambda turn: outages.begin(turn.work, turn.office, turn.actor, turn.now, json_data.need)
    )


@api.post("/outages/end")
@api.input(Lacking)
@api.output(Changed)
@api.doc(responses=REFUSALS)
def end_outage(json_data: Lacking) -> Response:
    """Let the services go on, in the order that was."""
    return _changed(
        lambda turn: outages.end(turn.work, turn.office, turn.actor, turn.now, json_data.need)
    )


def _changed(act: Callable[[Turn], object], right: Right = Right.RUN_FLOOR) -> Response:
    def turned(turn: Turn) -> dict[str, Any]:
        act(turn)
        return {"version": turn.office.version}

    return in_turn(right, turned)


def _troubles(work: Work, office: Office) -> list[str]:
    """Return the troubles of printers that other screens tell of with the day."""
    facts: dict[str, Any] = {}
    for fact in house().day_facts:
        facts |= fact(work, office)
    trouble = (facts.get("printer") or {}).get("trouble")
    return [trouble] if trouble else []
