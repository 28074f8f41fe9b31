"""The fairness of the queue: its page and its address."""

from datetime import date, timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from pydantic import BaseModel, ConfigDict, Field

from manager.accuracy import asked_period
from manager.accuracy_shapes import Period
from office import fairness, policy
from office.people import Right
from office.place import Office, PolicyName, classes_of
from web.house import house
from web.languages import locale
from web.pages import page_for
from web.shapes import problems
from web.turns import Turn, in_reading

pages = APIBlueprint("fairness", __name__, enable_openapi=False)
api = APIBlueprint("fairness_api", __name__, tag="Fairness")

#: Why somebody went before another; what a person decided has a code of the console's.
REASONS: dict[str, LazyString] = {
    "priority": _l("Priority class"),
    "ratio": _l("Turn of priority and ordinary visitors"),
    "preference": _l("A service the counter serves first"),
    "own_counter": _l("Sent on to that counter by a colleague"),
    "returned": _l("Came back with a return slip"),
    "unexplained": _l("Without a reason: a fault, please report it"),
    "needs_help_now": _l("Decided: cannot wait"),
    "comes_back": _l("Decided: comes back with missing papers"),
    "our_mistake": _l("Decided: our mistake"),
    "document_ready": _l("Decided: only picks up a document"),
    "ordered": _l("Decided: ordered by the supervisor"),
}
#: The example wait, in minutes, by which the bound is told.
EXAMPLE = 60


class FairnessReport(BaseModel):
    """Who went before whom, and why."""

    model_config = ConfigDict(populate_by_name=True)

    first: date = Field(alias="from")
    to: date
    policy: str
    calls: int
    in_turn: int = Field(description="Calls that passed nobody")
    overtaken: int = Field(description="How many were passed in all")
    unexplained: int
    by_reason: dict[str, int]
    by_class: dict[str, int]
    out_of_order: int = Field(description="Calls that somebody decided on")
    latest_overtaker_min: int | None = Field(
        description="Of an ordinary wait of 60 minutes, the last minute in which whoever still "
        "passes can have come; null under the ratio, which bounds their number"
    )


@api.get("/reports/fairness")
@api.input(Period, location="query")
@api.output(FairnessReport)
@api.doc(responses=problems(401, 403, 422))
def the_report(query_data: Period) -> Response:
    """Tell how many went before others, by reason and class."""

    def look(turn: Turn) -> dict[str, Any]:
        found = fairness.report(turn.work, turn.office, query_data.first, query_data.last)
        return FairnessReport(
            first=query_data.first,
            to=query_data.last,
            policy=turn.office.policy,
            calls=found.calls,
            in_turn=found.in_turn,
            overtaken=found.overtaken,
            unexplained=found.unexplained,
            by_reason=dict(found.by_reason),
            by_class=dict(found.by_class),
            out_of_order=sum(calls for calls, _ in found.by_actor.values()),
            latest_overtaker_min=bound(turn.office, _highest(turn)),
        ).model_dump(mode="json", by_alias=True)

    return in_reading(Right.READ_REPORTS, look)


@pages.get("/manager/fairness")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show who went before whom, and why."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        today = office.today(home.clock.now())
        first, last, trouble = asked_period(request.args.to_dict(), today)
        found = fairness.report(work, office, first, last)
        classes = classes_of(work, office.id)
        names = fairness.names_of(work, office.id)
    highest = max((each.rate for each in classes), default=1.0)
    class_names = {each.code: each.names.get(locale(), each.code) for each in classes}
    clerks = sorted(
        ((names.get(actor, actor), *counts) for actor, counts in found.by_actor.items()),
        key=lambda each: (-each[1], each[0]),
    )
    return render_template(
        "manager/fairness.html",
        actor=g.actor,
        report=found,
        first=first,
        last=last,
        today=today,
        trouble=trouble,
        policy=office.policy,
        bound=bound(office, highest),
        example=EXAMPLE,
        patience=office.target_wait_min,
        reasons=[
            (REASONS.get(code, code), count)
            for code, count in sorted(found.by_reason.items(), key=lambda each: -each[1])
        ],
        classes=[
            (class_names.get(code, code), count)
            for code, count in sorted(found.by_class.items(), key=lambda each: -each[1])
        ],
        clerks=clerks,
    ), 422 if trouble else 200


def bound(office: Office, highest_rate: float) -> int | None:
    """Return when the last can have come, in minutes, who passes an ordinary wait of EXAMPLE."""
    if office.policy == PolicyName.RATIO:
        return None
    if office.policy == PolicyName.FIRST_COME:
        return 0
    waited = timedelta(minutes=EXAMPLE)
    return round(policy.latest_overtaker(1.0, highest_rate, waited).total_seconds() / 60)


def _highest(turn: Turn) -> float:
    return max((each.rate for each in classes_of(turn.work, turn.office.id)), default=1.0)
