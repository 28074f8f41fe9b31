"""The week's hours and the closed days, as a manager sets them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import delete, select

from office import closing, journal
from office.errors import Invalid, StretchesWrong, Unknown
from office.hours import hours_of
from office.journal import Kind
from office.people import Actor, Right
from office.place import ClosedDay, Hours, Names, Office
from office.staffing.calendar import holiday_on
from storage.work import Work

Stretches = tuple[tuple[time, time], ...]
#: The most minutes that counters may go on after the last hour of tickets.
LONGEST_AFTER = 720
#: The most days that are closed at once, and the longest name of an occasion.
MOST_DAYS = 60
LONGEST_NAME = 120
_STRETCH = re.compile(r"(\d{1,2})[.:](\d{2})\s*(?:-|–|s/d|to)\s*(\d{1,2})[.:](\d{2})")


class DayOpen(Unknown):
    """The office is not closed on this day."""

    code = "day_open"


class DaysWrong(Invalid):
    """The first of some days is past, or the last lies before it or far from it."""

    code = "days_wrong"


def stretches_of(text: str, name: str = "hours") -> Stretches:
    """Return "08.00–12.00, 13.00–16.00" as pairs of times in order; nothing is a day off.

    Dots or colons, hyphens or dashes. Raises StretchesWrong naming `name`.
    """
    found = []
    for part in (each.strip() for each in re.split(r"[,;]", text)):
        if not part:
            continue
        match = _STRETCH.fullmatch(part)
        try:
            if match is None:
                raise ValueError(part)
            hour, minute, to_hour, to_minute = (int(each) for each in match.groups())
            found.append((time(hour, minute), time(to_hour, to_minute)))
        except ValueError as error:
            raise StretchesWrong(fields={name: part}) from error
    found.sort()
    overlaps = any(after[0] < before[1] for before, after in pairwise(found))
    if overlaps or any(first >= last for first, last in found):
        raise StretchesWrong(fields={name: text})
    return tuple(found)


def told_as(stretches: Iterable[tuple[time, time]]) -> str:
    """Return stretches of a day as they are typed: 08.00–12.00, 13.00–16.00."""
    return ", ".join(f"{first:%H.%M}–{last:%H.%M}" for first, last in stretches)


def week_of(work: Work, office_id: int) -> dict[int, Stretches]:
    """Return the stretches of each weekday, 0 Monday."""
    week: dict[int, Stretches] = dict.fromkeys(range(7), ())
    for each in hours_of(work, office_id):
        week[each.weekday] += ((each.opens, each.closes),)
    return week


def set_week(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    week: Mapping[int, Stretches],
    serves_after: int,
    rehearsal: bool,
) -> None:
    """Give out tickets in these hours from now on; counters serve `serves_after` minutes longer.

    In rehearsal the hours are not enforced and every screen says so; its open numbers end with it.
    Raises Forbidden or Invalid.
    """
    actor.need(Right.MANAGE)
    if not 0 <= serves_after <= LONGEST_AFTER:
        raise Invalid(fields={"serves_after": f"between 0 and {LONGEST_AFTER}"})
    former = told_of(work, office)
    if week_of(work, office.id) != dict(week):
        work.session.execute(delete(Hours).where(Hours.office_id == office.id))
        work.session.add_all(
            Hours(office_id=office.id, weekday=weekday, opens=opens, closes=closes)
            for weekday, stretches in week.items()
            for opens, closes in stretches
        )
        work.session.flush()
    if office.rehearsal and not rehearsal:
        # numbers of a rehearsal are not valid: nobody real is to stand behind them
        closing.close_day(work, office, actor, now, carries=False)
    office.serves_after, office.rehearsal = serves_after, rehearsal
    present = told_of(work, office)
    journal.append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="hours"
    )


def closed_days(work: Work, office_id: int, after: date) -> Sequence[ClosedDay]:
    """Return the closed days from `after` on."""
    return work.session.scalars(
        select(ClosedDay)
        .where(ClosedDay.office_id == office_id, ClosedDay.day >= after)
        .order_by(ClosedDay.day)
    ).all()


def close_on(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    first: date,
    last: date,
    names: Names,
) -> int:
    """Close the office on each day from `first` to `last`; return how many were open until now.

    Raises Forbidden, or Invalid for days that are past, out of order or very many, or unnamed.
    """
    actor.need(Right.MANAGE)
    wrong = {}
    if first < office.today(now):
        wrong["first"] = "today or later"
    if not 0 <= (last - first).days < MOST_DAYS:
        wrong["last"] = f"at most {MOST_DAYS} days from the first"
    names = {locale: " ".join(name.split()) for locale, name in names.items() if name.strip()}
    if not names or any(len(each) > LONGEST_NAME for each in names.values()):
        wrong["names"] = f"1 to {LONGEST_NAME} characters"
    if "first" in wrong or "last" in wrong:
        raise DaysWrong(fields=wrong, limit=MOST_DAYS)
    if wrong:
        raise Invalid(fields=wrong)
    days = {first + timedelta(days=ahead): names for ahead in range((last - first).days + 1)}
    return _close(work, office, actor, now, days)


def close_on_holidays(work: Work, office: Office, actor: Actor, now: datetime, year: int) -> int:
    """Close the office on the holidays and joint leave of `year` that are yet to come.

    Returns how many were added. Raises Forbidden or Invalid.
    """
    actor.need(Right.MANAGE)
    today = office.today(now)
    if year not in (today.year, today.year + 1):
        raise Invalid(fields={"year": "this one or the next"})
    days = (date(year, 1, 1) + timedelta(days=ahead) for ahead in range(366))
    named = {
        day: {locale: name for locale in office.locales if (name := holiday_on(day, locale))}
        for day in days
        if day.year == year and day >= today
    }
    return _close(work, office, actor, now, {day: names for day, names in named.items() if names})


def open_on(work: Work, office: Office, actor: Actor, now: datetime, day: date) -> None:
    """Let the office be open after all on a day on which it would be closed.

    Raises Forbidden or DayOpen.
    """
    actor.need(Right.MANAGE)
    found = work.session.scalars(
        select(ClosedDay).where(ClosedDay.office_id == office.id, ClosedDay.day == day)
    ).first()
    if found is None:
        raise DayOpen(day=day.isoformat())
    work.session.delete(found)
    journal.append(
        work, office, Kind.OFFICE_CHANGED, actor, now, part="closed_days", opened=[day.isoformat()]
    )


def _close(
    work: Work, office: Office, actor: Actor, now: datetime, days: Mapping[date, Names]
) -> int:
    there = {each.day for each in closed_days(work, office.id, min(days, default=date.max))}
    added = {day: names for day, names in days.items() if day not in there}
    work.session.add_all(
        ClosedDay(office_id=office.id, day=day, names=names) for day, names in added.items()
    )
    if added:
        told = [day.isoformat() for day in added]
        journal.append(
            work, office, Kind.OFFICE_CHANGED, actor, now, part="closed_days", closed=told
        )
    return len(added)


def told_of(work: Work, office: Office) -> dict[str, object]:
    """Return the hours as the journal tells them."""
    return {
        "week": [told_as(stretches) for stretches in week_of(work, office.id).values()],
        "serves_after": office.serves_after,
        "rehearsal": office.rehearsal,
    }
