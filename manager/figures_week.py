"""The sheet of a week: what the head of an office reads on Monday, beside the week before."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from manager.figures_tables import period
from manager.figures_words import lost, minutes, sentence, weekdays
from office import figures
from office.people import Right
from office.place import Office
from web.house import house
from web.pages import page_for

WEEK = timedelta(days=7)
#: How many of the longest waits are told.
LONGEST = 5

pages = APIBlueprint("figures_week", __name__, enable_openapi=False)


@pages.get("/manager/week")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show one week beside the one before; without a choice the last that is over."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        now = home.clock.now()
        today = office.today(now)
        latest = today - timedelta(days=today.weekday())
        monday, trouble = asked_for(request.args.get("of"), latest)
        week = figures.waiting_report(work, office, monday, monday + timedelta(days=6), now=now)
        before = figures.waiting_report(work, office, monday - WEEK, monday - timedelta(days=1))
        days = [
            (day, figures.waiting_report(work, office, day, day, now=now))
            for day in (monday + timedelta(days=each) for each in range(7))
            if day <= today
        ]
        name, zone = office.name(str(get_locale())), ZoneInfo(office.timezone)
    return render_template(
        "manager/figures_week.html",
        actor=g.actor,
        office=name,
        week=week,
        number=monday.isocalendar().week,
        period=period(week),
        compared=compared(week, before),
        days=[(day, each) for day, each in days if each["tickets"]],
        weekdays=weekdays(),
        sentence=sentence(week),
        fullest=fullest(week),
        most=LONGEST,
        day_of=date.fromisoformat,
        lost=lost(week, zone),
        trouble=trouble,
        earlier=monday - WEEK,
        later=monday + WEEK if monday < latest else None,
    ), 422 if trouble else 200


def asked_for(asked: str | None, latest: date) -> tuple[date, str]:
    """Return the Monday of the week asked for, else of the last that is over, and what is wrong."""
    usual = latest - WEEK
    if not asked:
        return usual, ""
    try:
        day = date.fromisoformat(asked)
        monday = day - timedelta(days=day.weekday())
        earliest = monday - WEEK
    except (ValueError, OverflowError):
        return usual, str(_("There is no such week."))
    if monday > latest or earliest.year < 2000:
        return usual, str(_("There is no such week."))
    return monday, ""


def compared(week: dict[str, Any], before: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return what is told of a week: a name, its figure, and that of the week before."""

    def time(report: dict[str, Any], kind: str, of: str) -> str:
        found = report[kind][of]
        return "–" if found is None else _("%(count)s min", count=minutes(found))

    def share(report: dict[str, Any]) -> str:
        found = report["target"]["share"]
        return "–" if found is None else f"{100 * found:.0f} %"

    told: list[tuple[str, Callable[[dict[str, Any]], str]]] = [
        (_("Tickets"), lambda each: str(each["tickets"])),
        (_("Half called within"), lambda each: time(each, "wait", "median_s")),
        (_("9 in 10 within"), lambda each: time(each, "wait", "p90_s")),
        (_("Called within the aim"), share),
        (_("Never came"), lambda each: str(each["no_shows"])),
        (_("Left open at the end of the day"), lambda each: str(each["expired"])),
    ]
    return [(name, of(week), of(before)) for name, of in told]


def fullest(week: dict[str, Any]) -> str:
    """Say when people waited longest, if anybody waited."""
    waits = [each for each in week["heat"] if each["median_s"]]
    if not waits:
        return ""
    most = max(waits, key=lambda each: each["median_s"])
    return str(
        _(
            "The longest waits were on %(weekday)s between %(hour)s.00 and %(next)s.00:"
            " half of them longer than %(count)s minutes.",
            weekday=weekdays()[most["weekday"]],
            hour=f"{most['hour']:02}",
            next=f"{most['hour'] + 1:02}",
            count=most["median_s"] // 60,
        )
    )
