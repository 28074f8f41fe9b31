"""The page of the hours in which tickets are given out, and of the days on which none are."""

from itertools import groupby
from typing import Any

from apiflask import APIBlueprint
from babel.dates import get_day_names
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import timetable
from office.errors import all_at_once
from office.hours import SpecialHours, special_hours, stretches_of, told_as, week_of
from office.people import Right
from office.place import Office, in_language
from office.ready import usual_week
from office.timetable import LONGEST_AFTER, LONGEST_NAME
from storage.work import Work
from web.house import house
from web.languages import locale
from web.pages import Act, asker, day_of, form_done, page_for

pages = APIBlueprint("timetable", __name__, enable_openapi=False)


@pages.get("/manager/hours")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show the hours and the closed days to come."""
    return _page()


@pages.post("/manager/hours")
@page_for(Right.MANAGE)
def set_week() -> ResponseReturnValue:
    """Keep the week's hours."""
    form = request.form

    def act(work: Work, office: Office, now: Any) -> None:
        week, after = {}, _number(form.get("serves_after", ""))
        with all_at_once() as check:
            for day in range(7):
                with check():
                    typed = form.get(f"day-{day}", "")
                    week[day] = stretches_of(typed, _day_name(day), f"day-{day}")
            with check():
                timetable.check_after(after)
        timetable.set_week(work, office, asker(), now, week, after)

    return _done(act, _("Saved. It holds at once, at kiosk, phone and boards."))


@pages.post("/manager/hours/closed")
@page_for(Right.MANAGE)
def close() -> ResponseReturnValue:
    """Close the office on some days."""
    form = request.form

    def act(work: Work, office: Office, now: Any) -> int:
        with all_at_once() as check:
            with check():
                first = day_of(request.form, "first")
            with check():
                last = day_of(request.form, "last" if form.get("last") else "first")
        names = {each: form.get(f"name-{each}", "") for each in office.locales}
        return timetable.close_on(work, office, asker(), now, first, last, names)

    return _done(act, _("Saved. On these days no tickets are given out."))


@pages.post("/manager/hours/holidays")
@page_for(Right.MANAGE)
def close_on_holidays() -> ResponseReturnValue:
    """Close the office on a year's holidays and days of joint leave."""
    year = _number(request.form.get("year", ""))
    return _done(
        lambda work, office, now: timetable.close_on_holidays(work, office, asker(), now, year),
        _("The holidays of %(year)s are taken over. Look through them.", year=year),
    )


@pages.post("/manager/hours/special")
@page_for(Right.MANAGE)
def add_special() -> ResponseReturnValue:
    """Have other hours on some days."""
    form = request.form

    def act(work: Work, office: Office, now: Any) -> None:
        week = []
        with all_at_once() as check:
            with check():
                first = day_of(request.form, "special-first")
            with check():
                last = day_of(
                    request.form, "special-last" if form.get("special-last") else "special-first"
                )
            for day in range(7):
                with check():
                    typed = form.get(f"special-{day}", "")
                    hours = stretches_of(typed, _day_name(day), f"special-{day}")
                    week.append(told_as(hours))
        names = {each: form.get(f"special-name-{each}", "") for each in office.locales}
        added = SpecialHours(first, last, names, tuple(week))
        timetable.add_special(work, office, asker(), now, added)

    return _done(act, _("Saved. On these days the special hours hold."))


@pages.post("/manager/hours/special/end")
@page_for(Right.MANAGE)
def end_special() -> ResponseReturnValue:
    """Have the week's hours again."""
    return _done(
        lambda work, office, now: timetable.end_special(
            work, office, asker(), now, day_of(request.form, "special-first")
        ),
        _("The usual hours hold again."),
    )


@pages.post("/manager/hours/open")
@page_for(Right.MANAGE)
def open_again() -> ResponseReturnValue:
    """Let the office be open on a day after all."""
    return _done(
        lambda work, office, now: timetable.open_on(
            work, office, asker(), now, day_of(request.form, "day")
        ),
        _("The office is open on that day."),
    )


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        today = office.today(house().clock.now())
        week = [
            (day, _day_name(day), told_as(stretches))
            for day, stretches in week_of(work, office.id).items()
        ]
        special = [each for each in special_hours(office) if each.last >= today]
        closed = timetable.closed_days(work, office.id, today)
    proposed = not any(told for _day, _name, told in week)
    if proposed:
        week = [(day, name, told_as(usual_week()[day])) for day, name, _told in week]
    typed = request.form if error else {}
    shown = render_template(
        "manager/hours.html",
        actor=g.actor,
        office=office,
        today=today,
        week=[(day, name, typed.get(f"day-{day}", told)) for day, name, told in week],
        proposed=proposed,
        special=[(each, in_language(each.names, locale()), days_told(each)) for each in special],
        typed=typed,
        closed=[(each.day, in_language(each.names, locale())) for each in closed],
        longest_after=LONGEST_AFTER,
        longest_name=LONGEST_NAME,
        error=error,
    )
    return shown, status


def _done(act: Act, said: str) -> ResponseReturnValue:
    return form_done(act, said, _page, url_for("timetable.page"))


def _day_name(day: int) -> str:
    return str(get_day_names("wide", locale=locale())[day]).capitalize()


def days_told(special: SpecialHours) -> list[tuple[str, str]]:
    """Return the weekdays that occur and their hours, days in a row with equal hours as one."""
    length = (special.last - special.first).days + 1
    occur = sorted({(special.first.weekday() + each) % 7 for each in range(min(length, 7))})
    told: list[tuple[str, str]] = []
    for (hours, _row), days in groupby(
        enumerate(occur), key=lambda each: (special.week[each[1]], each[1] - each[0])
    ):
        names = [_day_name(day) for _place, day in days]
        told.append((names[0] if len(names) == 1 else f"{names[0]}–{names[-1]}", hours))
    return told


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
