"""The pages of the queue's figures: a period in answers, charts and tables; one visit's story."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pydantic import ValidationError

from manager import figures_chart
from manager.figures_periods import NAMES, period_named
from manager.figures_shapes import Asking
from manager.figures_tables import period
from manager.figures_words import channels, left_out, lost, sentence, weekdays
from office import figures
from office.errors import Invalid, TicketUnknown
from office.figures_story import story_of
from office.people import Right
from office.place import Office, services_of
from web.house import house
from web.languages import clock
from web.pages import page_for

pages = APIBlueprint("figures", __name__, enable_openapi=False)


@pages.get("/manager/figures")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show the figures of a period."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        now = home.clock.now()
        today = office.today(now)
        asked, trouble = asked_for(request.args.to_dict(), today)
        try:
            report = figures.waiting_report(
                work, office, asked.first, asked.last, asked.service, asked.clerk, now
            )
        except Invalid:
            trouble = str(_("There is no such service or clerk here."))
            report = figures.waiting_report(work, office, asked.first, asked.last, now=now)
        services = [(each.code, each.letter, each.names) for each in services_of(work, office.id)]
        clerks = figures.clerks_of(work, office)
    hours = sorted({each["hour"] for each in report["heat"] if each["arrivals_a_day"]})
    return render_template(
        "manager/figures.html",
        actor=g.actor,
        report=report,
        asked=asked,
        trouble=trouble,
        today=today,
        periods=periods(today),
        services=services,
        clerks=clerks,
        sentence=sentence(report),
        chart=figures_chart.curve(report["by_hour"]),
        hours=hours,
        heat={(each["weekday"], each["hour"]): each for each in report["heat"]},
        shade=figures_chart.shade,
        weekdays=weekdays(),
        channels=channels(),
        period=period(report),
        left_out=left_out(report),
        lost=lost(report, ZoneInfo(office.timezone)),
        day_of=date.fromisoformat,
    ), 422 if trouble else 200


@pages.get("/manager/figures/visit")
@page_for(Right.READ_REPORTS)
def visit() -> ResponseReturnValue:
    """Tell the story of one ticket of one day."""
    home = house()
    label, asked = request.args.get("label", ""), request.args.get("day", "")
    story, trouble = None, ""
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        zone = ZoneInfo(office.timezone)
        today = office.today(home.clock.now())
        try:
            day = date.fromisoformat(asked)
            story = story_of(work, office, day, label)
        except (ValueError, TicketUnknown):
            day = today
            trouble = str(_("There was no ticket with this number on this day."))
    return render_template(
        "manager/figures_visit.html",
        actor=g.actor,
        story=story,
        label=label,
        day=day,
        today=today,
        trouble=trouble,
        kinds=kinds(),
        reasons=reasons(),
        clock=lambda at: clock(at.astimezone(zone)),
        told=told,
    ), 404 if trouble else 200


def asked_for(asked: dict[str, str], today: date) -> tuple[Asking, str]:
    """Return what was asked for, else today, with what is wrong with what was asked."""
    named = period_named(asked.get("period", ""), today)
    first, last = named or (today, today)
    given = {name: asked[name] for name in ("from", "to", "service", "clerk") if asked.get(name)}
    if named or not ({"from", "to"} & given.keys()):
        given |= {"from": first.isoformat(), "to": last.isoformat()}
    try:
        return Asking.model_validate(given), ""
    except ValidationError:
        usual = Asking.model_validate({"from": today.isoformat(), "to": today.isoformat()})
        return usual, str(_("Please choose a first and a last day in order."))


def periods(today: date) -> list[tuple[str, str, date, date]]:
    """Return the named periods with their words and days."""
    words = {
        "today": _("Today"),
        "yesterday": _("Yesterday"),
        "week": _("This week"),
        "last_week": _("Last week"),
        "month": _("This month"),
        "last_month": _("Last month"),
        "quarter": _("This quarter"),
        "year": _("This year"),
    }
    found = []
    for name in NAMES:
        named = period_named(name, today)
        if named is not None:
            found.append((name, words[name], *named))
    return found


def kinds() -> dict[str, str]:
    """Return what can happen to a ticket, in words."""
    return {
        "ticket_taken": _("Ticket taken"),
        "ticket_called": _("Called"),
        "ticket_recalled": _("Called again"),
        "ticket_started": _("Service began"),
        "ticket_finished": _("Finished"),
        "ticket_no_show": _("Did not come"),
        "ticket_put_back": _("Put back into the line"),
        "ticket_rejoined": _("Came after all; back in the line"),
        "ticket_held": _("Set aside"),
        "ticket_resumed": _("Back in the line"),
        "ticket_transferred": _("Sent on"),
        "ticket_cancelled": _("Given back"),
        "ticket_expired": _("Left open at the end of the day"),
        "ticket_undone": _("Taken back by the clerk"),
    }


def reasons() -> dict[str, str]:
    """Return why somebody was called earlier, in words."""
    return {
        "out_of_order": _("called out of order"),
        "only_counter": _("was to go to that counter only"),
        "priority": _("priority"),
        "order": _("next in the line of that counter"),
    }


def told(event: Any) -> str:
    """Return what is worth saying beside an event."""
    detail = event.detail
    said = []
    if detail.get("counter"):
        said.append(_("counter %(number)s", number=detail["counter"]))
    if event.kind == "ticket_transferred" and detail.get("from_service"):
        said.append(f"{detail['from_service']} → {detail.get('service')}")
    if detail.get("inferred"):
        said.append(_("start not pressed"))
    if detail.get("overtaken"):
        said.append(_("%(count)s who came earlier went on waiting", count=detail["overtaken"]))
    return ", ".join(str(each) for each in said)
