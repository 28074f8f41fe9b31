"""The roster: its page, on which shifts are planned, and its address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from pydantic import BaseModel

from office import rights, roster
from office.people import Account, Right
from office.place import Counter, Office, counters_of
from office.roster import RosterShift, ShiftWrong, Wish
from storage.work import Work
from web.forms import whole
from web.house import house
from web.languages import weekdays
from web.pages import Act, asker, form_done, page_for
from web.shapes import Asked, problems
from web.turns import Turn, in_reading

pages = APIBlueprint("roster", __name__, enable_openapi=False)
api = APIBlueprint("roster_api", __name__, tag="Roster")

#: Width of the drawing of a day, and the hours it shows at least.
WIDTH = 960
HOURS = (7, 17)


class RosterDay(Asked):
    """A day."""

    day: date


class ShiftShape(BaseModel):
    """Who is planned at a counter from when to when, by the office's clock."""

    id: int
    counter: int
    clerk: str | None
    begins: time
    ends: time
    break_begins: time | None
    break_ends: time | None


class RosterShape(BaseModel):
    """The roster of a day."""

    day: date
    shifts: list[ShiftShape]


@dataclass(frozen=True)
class Bar:
    """A stretch of work in the drawing of a day."""

    x: float
    width: float


@dataclass(frozen=True)
class Line:
    """A counter's line in the drawing of a day."""

    counter: Counter
    shifts: Sequence[RosterShift]
    bars: Sequence[Bar]


@api.get("/roster")
@api.input(RosterDay, location="query")
@api.output(RosterShape)
@api.doc(responses=problems(401, 403, 422))
def of_day(query_data: RosterDay) -> Any:
    """Tell who is planned at which counter on a day."""

    def look(turn: Turn) -> dict[str, Any]:
        counters, people = counters_of(turn.work, turn.office.id), _people(turn.work, turn.office)
        numbers = {each.id: each.number for each in counters}
        return RosterShape(
            day=query_data.day,
            shifts=[
                ShiftShape(
                    id=each.id,
                    counter=numbers[each.counter_id],
                    clerk=people[each.account_id].name if each.account_id in people else None,
                    begins=each.begins,
                    ends=each.ends,
                    break_begins=each.break_begins,
                    break_ends=each.break_ends,
                )
                for each in roster.planned_on(turn.work, turn.office.id, query_data.day)
            ],
        ).model_dump(mode="json")

    return in_reading(Right.READ_REPORTS, look)


@pages.get("/manager/roster")
@page_for(Right.MANAGE)
def page(error: str = "", status: int = 200) -> ResponseReturnValue:
    """Show who is planned on a day, today unless another is asked for, and all that is to come."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        today = office.today(home.clock.now())
        day = _day(request.args.get("day", ""), today)
        counters = counters_of(work, office.id)
        coming = roster.roster_of(work, office.id, today)
        planned = roster.planned_on(work, office.id, day)
        first, last = _shown(planned)
        return render_template(
            "manager/roster.html",
            actor=g.actor,
            day=day,
            long_day=format_date(day, "full"),
            coming=coming,
            counters=counters,
            numbers={each.id: each for each in counters},
            people=_people(work, office),
            lines=[_line(each, planned, first, last) for each in counters],
            hours=[(_x(hour * 60, first, last), hour) for hour in range(first, last)],
            width=WIDTH,
            weekdays=weekdays(),
            days_of=days_of,
            short=lambda each: format_date(each, "medium"),
            sent=request.form if error else {},
            weekdays_sent=request.form.getlist("weekdays"),
            error=error,
        ), status


@pages.post("/manager/roster")
@page_for(Right.MANAGE)
def add() -> ResponseReturnValue:
    """Plan a shift."""
    return _done(
        lambda work, office, now: roster.add_shift(work, office, asker(), now, _wish()),
        _("Planned. The estimates know the break at once."),
    )


@pages.post("/manager/roster/<int:shift>")
@page_for(Right.MANAGE)
def change(shift: int) -> ResponseReturnValue:
    """Plan a shift anew."""

    def act(work: Work, office: Office, now: datetime) -> None:
        roster.shift_of(work, office, shift)
        roster.change_shift(work, office, asker(), now, shift, _wish())

    return _done(act, _("Saved."))


@pages.post("/manager/roster/<int:shift>/remove")
@page_for(Right.MANAGE)
def remove(shift: int) -> ResponseReturnValue:
    """Take a shift out of the roster."""
    return _done(
        lambda work, office, now: roster.remove_shift(work, office, asker(), now, shift),
        _("Taken out of the roster."),
    )


def days_of(shift: RosterShift) -> str:
    """Return the weekdays of a shift in words, three and more in a row as a stretch."""
    days, names = sorted(shift.weekdays), weekdays()
    if len(days) > 2 and days[-1] - days[0] == len(days) - 1:
        return f"{names[days[0]]}–{names[days[-1]]}"
    return ", ".join(names[each] for each in days)


def _done(act: Act, said: str) -> ResponseReturnValue:
    back = url_for("roster.page", day=request.args.get("day") or None)
    return form_done(act, said, page, back)


def _wish() -> Wish:
    form = request.form
    try:
        days = [date.fromisoformat(form.get(name, "")) for name in ("first_day", "last_day")]
        hours = [time.fromisoformat(form.get(name, "")) for name in ("begins", "ends")]
        rest = [
            time.fromisoformat(value) if (value := form.get(name)) else None
            for name in ("break_begins", "break_ends")
        ]
    except ValueError as error:
        raise ShiftWrong(fields={"begins": "days as YYYY-MM-DD, hours as HH:MM"}) from error
    counter, account = (whole(form.get(name, "")) for name in ("counter", "account"))
    weekdays = tuple(each for each in roster.WEEK if str(each) in form.getlist("weekdays"))
    return Wish(
        counter_id=counter or 0,
        account_id=account,
        first_day=days[0],
        last_day=days[1],
        weekdays=weekdays,
        begins=hours[0],
        ends=hours[1],
        break_begins=rest[0],
        break_ends=rest[1],
    )


def _day(asked: str, today: date) -> date:
    try:
        return date.fromisoformat(asked)
    except ValueError:
        return today


def _people(work: Work, office: Office) -> dict[int, Account]:
    return {each.id: each for each in rights.accounts_of(work, office.id)}


def _shown(planned: Sequence[RosterShift]) -> tuple[int, int]:
    first = min([HOURS[0], *(each.begins.hour for each in planned)])
    last = max([HOURS[1], *(-(-_minutes(each.ends) // 60) for each in planned)])
    return first, last


def _line(counter: Counter, planned: Sequence[RosterShift], first: int, last: int) -> Line:
    own = [each for each in planned if each.counter_id == counter.id]
    bars = []
    for each in own:
        turns = [each.begins, each.ends]
        if each.break_begins is not None and each.break_ends is not None:
            turns[1:1] = [each.break_begins, each.break_ends]
        for begins, ends in zip(turns[::2], turns[1::2], strict=True):
            x = _x(_minutes(begins), first, last)
            bars.append(Bar(x, round(_x(_minutes(ends), first, last) - x, 1)))
    return Line(counter, own, bars)


def _x(minutes: int, first: int, last: int) -> float:
    return round(WIDTH * (minutes - first * 60) / ((last - first) * 60), 1)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute
