"""The counters a coming day needs: their page and their address."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import date
from typing import Any, cast

import structlog
from apiflask import APIBlueprint
from flask import Response, abort, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from pydantic import ValidationError

from manager import staffing_chart
from manager.staffing_shapes import (
    DayAsked,
    GroupShape,
    OutcomeShape,
    PlanShape,
    SlotShape,
)
from office.errors import DayOutOfReach, Invalid, OfficeError
from office.people import Actor, Right
from office.place import Office
from office.staffing.plan import Provider
from office.staffing.question import MORE, REACH, Question, asked, check_day
from office.staffing.target import set_target
from office.turn import take_turn
from web.access import asking
from web.house import house
from web.languages import chosen
from web.meanwhile import nothing_undone
from web.pages import page_for
from web.refusals import sentence
from web.shapes import problems

log = structlog.get_logger(__name__)

pages = APIBlueprint("staffing", __name__, enable_openapi=False)
api = APIBlueprint("staffing_api", __name__, tag="Staffing")

#: One plan is worked out at a time: others wait for it, so long (s) at most.
ONE_AT_A_TIME = threading.BoundedSemaphore(1)
PATIENCE = 60.0


@api.get("/reports/staffing")
@api.input(DayAsked, location="query")
@api.output(PlanShape)
@api.doc(responses=problems(401, 403, 422) | {503: "Another plan is being worked out"})
def counters_needed(query_data: DayAsked) -> Response:
    """Tell who may come on a day, which counters that needs, and what more of them would do."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.READ_REPORTS)
    question = asked(query_data.more, query_data.first, query_data.until, query_data.group)
    return jsonify(worked_out(actor.office_id, query_data.day, question).told())


@pages.get("/manager/staffing")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show what a day needs; the next open one unless another is asked for."""
    actor = cast(Actor, g.actor)
    values = {name: value for name, value in request.args.items() if value and name != "lang"}
    found, trouble = None, ""
    try:
        wanted = _wanted(values)
        question = None
        if wanted is not None:
            question = asked(wanted.more, wanted.first, wanted.until, wanted.group)
        found = worked_out(actor.office_id, wanted.day if wanted else None, question)
    except OfficeError as refusal:
        trouble = sentence(refusal.code, refusal.facts)
    today = _today(actor.office_id)
    return render_template(
        "manager/staffing.html",
        actor=actor,
        plan=found,
        trouble=trouble,
        asked=values,
        today=today,
        last=today + REACH,
        more=MORE,
        charts=[staffing_chart.drawn(each.slots) for each in found.groups] if found else [],
        gaps=[gap_words(each, found.target.percent / 100) for each in found.groups]
        if found
        else [],
        long_day=format_date(found.day, "full") if found else "",
        percent=percent,
        minutes=minutes,
        within_words=within_words,
    ), 422 if trouble else 200


@pages.post("/manager/staffing/target")
@page_for(Right.MANAGE)
def target_sent() -> ResponseReturnValue:
    """Set the office's aim."""
    home, actor = house(), cast(Actor, g.actor)
    minutes_asked, percent_asked = _number("minutes"), _number("percent")
    with home.store.work() as work:
        now = home.clock.now()
        office = take_turn(work, actor.office_id, now)
        with nothing_undone(work, office):
            set_target(work, office, actor, now, minutes_asked, percent_asked)
    return redirect(url_for("staffing.page", day=request.form.get("day") or None))


def worked_out(office_id: int, day: date | None, question: Question | None) -> PlanShape:
    """Return the plan, worked out in a process of its own. Raises DayOutOfReach or Invalid."""
    home = house()
    if day is not None:
        check_day(day, _today(office_id))
    order = {
        "database": home.store.url,
        "office": office_id,
        "day": day.isoformat() if day else None,
        "now": home.clock.now().isoformat(),
        "language": chosen(),
        "question": None if question is None else vars(question),
    }
    told = _asked_aside(order)
    if "refused" in told:
        kind = DayOutOfReach if told["refused"] == DayOutOfReach.code else Invalid
        raise kind(**told["facts"])
    return PlanShape.model_validate(told["plan"])


def _asked_aside(order: dict[str, Any]) -> dict[str, Any]:
    if not ONE_AT_A_TIME.acquire(timeout=PATIENCE):
        abort(503)
    try:
        worker = subprocess.run(
            [sys.executable, "-m", "office.staffing"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=True,
        )
    except (subprocess.SubprocessError, OSError) as error:
        log.error("staffing_failed", error=str(getattr(error, "stderr", None) or error)[-500:])
        abort(503)
    finally:
        ONE_AT_A_TIME.release()
    told: dict[str, Any] = json.loads(worker.stdout)
    return told


def _wanted(values: dict[str, str]) -> DayAsked | None:
    if not values:
        return None
    try:
        return DayAsked.model_validate(values)
    except ValidationError as error:
        raise Invalid(
            fields={str(each["loc"][0]): each["msg"] for each in error.errors() if each["loc"]}
        ) from None


def _today(office_id: int) -> date:
    home = house()
    with home.store.read() as work:
        return work.session.get_one(Office, office_id).today(home.clock.now())


def _number(name: str) -> int:
    value = request.form.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 5 else -1


def gap_words(group: GroupShape, share: float) -> list[str]:
    """Say in which hours the aim is missed with the counters provided, and by how many."""
    said = []
    for first, until, count in gaps(group.slots, share):
        told = {"first": first.replace(":", "."), "until": until.replace(":", "."), "count": count}
        said.append(
            _("From %(first)s to %(until)s: %(count)s more than planned.", **told)
            if group.provided_by is Provider.ROSTER
            else _("From %(first)s to %(until)s: %(count)s more than usual.", **told)
        )
    return said


def gaps(slots: Sequence[SlotShape], share: float) -> list[tuple[str, str, int]]:
    """Return the stretches in which the aim is missed, and how many more counters are needed."""
    found: list[tuple[str, str, int]] = []
    for each in slots:
        lacking = 0 if each.provided is None else each.needed - each.provided
        if lacking <= 0 or each.within_provided is None or each.within_provided >= share:
            continue
        if found and found[-1][1] == each.at and found[-1][2] == lacking:
            found[-1] = (found[-1][0], each.until, lacking)
        else:
            found.append((each.at, each.until, lacking))
    return found


def percent(share: float | None) -> str:
    """Return a share as a full percentage."""
    return "" if share is None else f"{round(share * 100)} %"


def minutes(seconds: float) -> int:
    """Return seconds as full minutes."""
    return round(seconds / 60)


def within_words(outcome: OutcomeShape) -> str:
    """Say which share is called within the aim, and its range."""
    within = outcome.within
    return str(
        _(
            "%(middle)s (on 8 days in 10 between %(low)s and %(high)s)",
            middle=percent(within.middle),
            low=percent(within.low),
            high=percent(within.high),
        )
    )
