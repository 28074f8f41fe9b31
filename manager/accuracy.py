"""The accuracy of the office's own estimates: its page and its address."""

from datetime import date, timedelta
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError

from manager import accuracy_chart
from manager.accuracy_shapes import (
    LONGEST,
    AccuracyReport,
    AccuracyShape,
    HourAccuracy,
    LeftOut,
    Period,
    ServiceAccuracyShape,
)
from office import accuracy
from office.people import Right
from office.place import Office
from web.house import house
from web.pages import page_for
from web.shapes import problems
from web.turns import Turn, in_reading

pages = APIBlueprint("accuracy", __name__, enable_openapi=False)
api = APIBlueprint("accuracy_api", __name__, tag="Estimates")

#: Days shown unless others are asked for.
USUAL = timedelta(days=28)
#: Seconds below which an estimate is right for all that anybody would notice.
UNNOTICED = 60
#: Seconds from which the bias of an hour is worth a sentence, and how many hours get one.
WORTH_SAYING = 120
SAID = 3
#: Shares kept of what is promised for nine in ten that are as they should be.
AS_PROMISED = (0.85, 0.95)


@api.get("/reports/accuracy")
@api.input(Period, location="query")
@api.output(AccuracyReport)
@api.doc(responses=problems(401, 403, 422))
def kept_promises(query_data: Period) -> Response:
    """Tell how the waits promised with tickets compare with those that followed."""

    def look(turn: Turn) -> dict[str, Any]:
        found = accuracy.report(turn.work, turn.office, query_data.first, query_data.last)
        return shaped(found).model_dump(mode="json", by_alias=True)

    return in_reading(Right.READ_REPORTS, look)


@pages.get("/manager/accuracy")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show how the promised waits were kept."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        today = office.today(home.clock.now())
        first, last, trouble = asked_period(request.args.to_dict(), today)
        found = accuracy.report(work, office, first, last)
    return render_template(
        "manager/accuracy.html",
        actor=g.actor,
        report=found,
        tickets=found.all.count + sum(found.left_out.values()),
        trouble=trouble,
        today=today,
        chart=accuracy_chart.by_hour(found.by_hour),
        sentences=sentences(found),
        verdict=verdict(found.all),
        bias_words=bias_words,
        left_out=left_out_words(found),
    ), 422 if trouble else 200


def asked_period(asked: dict[str, str], today: date) -> tuple[date, date, str]:
    """Return the period asked for, else the usual one, with what is wrong with the one asked."""
    usual = today - USUAL, today
    if not asked.get("from") and not asked.get("to"):
        return *usual, ""
    try:
        period = Period.model_validate({"from": asked.get("from"), "to": asked.get("to")})
    except ValidationError:
        return *usual, str(
            _(
                "Please choose a first and a last day in order, at most %(days)s days in all.",
                days=LONGEST,
            )
        )
    return period.first, period.last, ""


def shaped(found: accuracy.Report) -> AccuracyReport:
    """Return the report as the API tells it."""
    return AccuracyReport(
        first=found.first,
        to=found.last,
        all=AccuracyShape.model_validate(found.all),
        by_service=[ServiceAccuracyShape.model_validate(each) for each in found.by_service],
        by_hour=[
            HourAccuracy(hour=hour, accuracy=AccuracyShape.model_validate(each))
            for hour, each in found.by_hour.items()
        ],
        left_out=LeftOut(**found.left_out),
    )


def bias_words(bias_s: int | None) -> str:
    """Say by how much is usually promised too little or too much."""
    if bias_s is None:
        return ""
    if abs(bias_s) < UNNOTICED:
        return str(_("about right"))
    count = round(abs(bias_s) / 60)
    if bias_s > 0:
        return str(_("%(count)s min too little", count=count))
    return str(_("%(count)s min too much", count=count))


def sentences(found: accuracy.Report) -> list[str]:
    """Say in which hours the promises are furthest off, the worst first."""
    worst = sorted(
        (
            (hour, each.bias_s)
            for hour, each in found.by_hour.items()
            if each.enough and each.bias_s is not None and abs(each.bias_s) >= WORTH_SAYING
        ),
        key=lambda each: -abs(each[1]),
    )
    said = []
    for hour, bias in worst[:SAID]:
        told = {
            "first": f"{hour:02d}.00",
            "last": f"{hour + 1:02d}.00",
            "count": round(abs(bias) / 60),
        }
        if bias > 0:
            said.append(
                _("Between %(first)s and %(last)s we promise %(count)s minutes too little.", **told)
            )
        else:
            said.append(
                _("Between %(first)s and %(last)s we promise %(count)s minutes too much.", **told)
            )
    return said


def verdict(all_promises: accuracy.Accuracy) -> tuple[str, str]:
    """Return how well "for 9 in 10 under" was kept: a kind of notice, and the words."""
    share = all_promises.within_p90
    if share is None or not all_promises.enough:
        return "warn", _("There are too few tickets in this period to judge by.")
    if share < AS_PROMISED[0]:
        return "bad", _("Too many visitors waited longer than they were told.")
    if share > AS_PROMISED[1]:
        return "warn", _("The time told for 9 in 10 is longer than it need be.")
    return "good", _("What visitors are told holds as it should.")


def left_out_words(found: accuracy.Report) -> list[tuple[str, int]]:
    """Return the reasons why tickets are in no figure, with how many each."""
    words = {
        "still_open": _("still waiting"),
        "no_show": _("did not come when called"),
        "expired": _("left open at the end of the day"),
        "cancelled": _("given back"),
        "set_aside": _("set aside before the call"),
        "outage": _("an outage stopped the service meanwhile"),
        "no_promise": _("nothing could be promised, since no counter was open"),
    }
    return [(words[why], count) for why, count in found.left_out.items() if count]
