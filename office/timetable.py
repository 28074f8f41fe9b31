"""The week's hours, special hours and closed days, as a manager sets them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import delete, select

from office import journal
from office.errors import Conflict, Invalid, Unknown, all_at_once
from office.hours import (
    SpecialHours,
    Stretches,
    special_hours,
    stretches_of,
    told_as,
    week_of,
)
from office.journal import Kind
from office.people import Actor, Right
from office.place import ClosedDay, Hours, Names, Office
from office.staffing.calendar import holiday_on
from storage.work import Work

#: The most minutes that counters may go on after the last hour of tickets.
LONGEST_AFTER = 720
#: The most days that are closed at once, and the longest name of an occasion.
MOST_DAYS = 60
LONGEST_NAME = 120
#: The most days special hours last, and how many such times an office keeps.
LONGEST_SPECIAL = 366
MOST_SPECIAL = 50


class DayOpen(Unknown):
    """The office is not closed on this day."""

    code = "day_open"


class SpecialUnknown(Unknown):
    """No special hours that are not over begin on this day."""

    code = "special_unknown"


class DaysWrong(Invalid):
    """The first of some days is past, or the last lies before it or far from it."""

    code = "days_wrong"


class DaysTaken(Conflict):
    """Some of the days have special hours already."""

    code = "days_taken"


def set_week(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    week: Mapping[int, Stretches],
    serves_after: int,
) -> None:
    """Give out tickets in these hours from now on; counters serve `serves_after` minutes longer.

    Raises Forbidden or Invalid.
    """
    actor.need(Right.MANAGE)
    check_after(serves_after)
    former = told_of(work, office)
    if week_of(work, office.id) != dict(week):
        work.session.execute(delete(Hours).where(Hours.office_id == office.id))
        work.session.add_all(
            Hours(office_id=office.id, weekday=weekday, opens=opens, closes=closes)
            for weekday, stretches in week.items()
            for opens, closes in stretches
        )
        work.session.flush()
    office.serves_after = serves_after
    present = told_of(work, office)
    journal.append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="hours"
    )


def set_special(
    work: Work, office: Office, actor: Actor, now: datetime, special: Sequence[SpecialHours]
) -> None:
    """Let these be the office's special hours, all of them, each in place of the week's hours.

    Raises Forbidden, DaysWrong, DaysTaken, StretchUnread, StretchBackwards, StretchesOverlap, or
    Invalid for names.
    """
    actor.need(Right.MANAGE)
    if len(special) > MOST_SPECIAL:
        raise Invalid(fields={"special": f"at most {MOST_SPECIAL}"})
    wanted = sorted((_tidy(each) for each in special), key=lambda each: each.first)
    for one, other in pairwise(wanted):
        if other.first <= one.last:
            raise DaysTaken(first=one.first.isoformat(), last=one.last.isoformat())
    former = special_of(office)
    office.special_hours = [each.stored() for each in wanted]
    present = special_of(office)
    journal.append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="special_hours"
    )


def add_special(
    work: Work, office: Office, actor: Actor, now: datetime, added: SpecialHours
) -> None:
    """Have special hours on some days to come. Raises what set_special does."""
    actor.need(Right.MANAGE)
    if added.first < office.today(now):
        raise DaysWrong(fields={"first": "today or later"}, limit=LONGEST_SPECIAL)
    set_special(work, office, actor, now, [*special_hours(office), added])


def end_special(work: Work, office: Office, actor: Actor, now: datetime, first: date) -> None:
    """Have the week's hours from today on where special ones began, or begin, on `first`.

    Of days that are over the hours stay known. Raises Forbidden or SpecialUnknown.
    """
    actor.need(Right.MANAGE)
    there = special_hours(office)
    ended = next((each for each in there if each.first == first), None)
    yesterday = office.today(now) - timedelta(days=1)
    if ended is None or ended.last <= yesterday:
        raise SpecialUnknown(first=first.isoformat())
    kept = [replace(ended, last=yesterday)] if ended.first <= yesterday else []
    set_special(work, office, actor, now, [*(each for each in there if each != ended), *kept])


def special_of(office: Office) -> dict[str, object]:
    """Return the special hours as the journal tells them."""
    return {"special": list(office.special_hours or ())}


def _tidy(special: SpecialHours) -> SpecialHours:
    names = _names(special.names)
    wrong = {} if names else {"names": f"1 to {LONGEST_NAME} characters"}
    if not 0 <= (special.last - special.first).days < LONGEST_SPECIAL:
        days = {"last": f"at most {LONGEST_SPECIAL} days from the first"}
        raise DaysWrong(fields=days, limit=LONGEST_SPECIAL)
    if len(special.week) != 7:
        wrong["week"] = "seven days"
    if wrong:
        raise Invalid(fields=wrong)
    week = tuple(told_as(stretches_of(text)) for text in special.week)
    return replace(special, names=names, week=week)


def _names(names: Names) -> Names:
    """Return what an occasion is called without needless space; nothing if that is no name."""
    tidy = {locale: " ".join(name.split()) for locale, name in names.items() if name.strip()}
    return {} if any(len(each) > LONGEST_NAME for each in tidy.values()) else tidy


def check_after(minutes: int) -> None:
    """Raise Invalid unless counters may go on for so many minutes after the last ticket."""
    if not 0 <= minutes <= LONGEST_AFTER:
        raise Invalid(fields={"serves_after": f"between 0 and {LONGEST_AFTER}"})


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
    names = _names(names)
    with all_at_once() as check:
        with check():
            if wrong:
                raise DaysWrong(fields=wrong, limit=MOST_DAYS)
        with check():
            if not names:
                raise Invalid(fields={"names": f"1 to {LONGEST_NAME} characters"})
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
    set_closed(work, office, actor, now, {day: {}})


def _close(
    work: Work, office: Office, actor: Actor, now: datetime, days: Mapping[date, Names]
) -> int:
    there = {each.day for each in closed_days(work, office.id, min(days, default=date.max))}
    added = {day: names for day, names in days.items() if day not in there}
    set_closed(work, office, actor, now, added)
    return len(added)


def set_closed(
    work: Work, office: Office, actor: Actor, now: datetime, days: Mapping[date, Names]
) -> None:
    """Close the office on days for these occasions, and open it where none is named."""
    actor.need(Right.MANAGE)
    former = closed_on(work, office, days)
    work.session.execute(
        delete(ClosedDay).where(ClosedDay.office_id == office.id, ClosedDay.day.in_(days))
    )
    work.session.add_all(
        ClosedDay(office_id=office.id, day=day, names=names) for day, names in days.items() if names
    )
    work.session.flush()
    present = closed_on(work, office, days)
    journal.append_change(
        work, office, Kind.OFFICE_CHANGED, actor, now, former, present, part="closed_days"
    )


def closed_on(work: Work, office: Office, days: Iterable[date]) -> dict[str, Names]:
    """Return for what occasion the office is closed on each of some days, for none where open."""
    there = {each.day: each.names for each in closed_days(work, office.id, date.min)}
    return {day.isoformat(): there.get(day, {}) for day in days}


def told_of(work: Work, office: Office) -> dict[str, object]:
    """Return the hours as the journal tells them."""
    return {
        "week": [told_as(stretches) for stretches in week_of(work, office.id).values()],
        "serves_after": office.serves_after,
    }
