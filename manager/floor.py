"""The supervisor's floor: its addresses and its socket."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Response

from manager.floor_shapes import (
    Changed,
    FloorShape,
    Lacking,
    Needs,
    Plan,
    Seen,
    Suspension,
)
from office import alerts, floor, outages, plan, suspensions
from office.people import Right
from office.place import Office
from office.terms import Terms
from storage.work import Work
from web.house import house
from web.live import LiveSpace, Seat
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn

api = APIBlueprint("floor_api", __name__, tag="Floor")

REFUSALS = problems(400, 401, 403, 404, 409, 413, 422)


def floor_now(work: Work, office: Office) -> dict[str, Any]:
    """Return the floor at this moment, printers and all."""
    return floor.floor(work, office, house().clock.now(), _troubles(work, office))


class FloorSpace(LiveSpace):
    """Supervisors' floors."""

    right = Right.RUN_FLOOR

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the floor."""
        return floor_now(work, office)


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
