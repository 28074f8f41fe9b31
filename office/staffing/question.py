"""What can be asked of a coming day: which days, and what more or fewer counters would do."""

from dataclasses import dataclass
from datetime import date, timedelta

from office.errors import DayOutOfReach, Invalid
from office.staffing.arrivals import SLOT

#: How far ahead a day can be planned: beyond a quarter the past says little of it.
REACH = timedelta(days=92)
#: What can be asked for: so many counters more, or fewer.
MORE = (-3, -2, -1, 1, 2, 3)


@dataclass(frozen=True)
class Question:
    """What if so many counters more of a group were open from one half hour to another?"""

    more: int
    first: int
    until: int
    group: int = 0


def check_day(day: date, today: date) -> None:
    """Raise DayOutOfReach for a day that is over or too far ahead."""
    if not today <= day <= today + REACH:
        raise DayOutOfReach(first=today.isoformat(), last=(today + REACH).isoformat())


def asked(
    more: int | None, first: str | None, until: str | None, group: int = 0
) -> Question | None:
    """Return the question of counters `more` from HH:MM until HH:MM, or nothing without `more`.

    Raises Invalid where it makes no sense.
    """
    if more is None:
        return None
    begins, ends = _slot(first), _slot(until)
    wrong = {}
    if more not in MORE:
        wrong["more"] = "from -3 to 3, not 0"
    if begins is None:
        wrong["from"] = "a full or half hour, as HH:MM"
    if ends is None:
        wrong["until"] = "a full or half hour, as HH:MM"
    elif begins is not None and ends <= begins:
        wrong["until"] = "not after `from`"
    if wrong or begins is None or ends is None:
        raise Invalid(fields=wrong)
    return Question(more, begins, ends, group)


def _slot(clock: str | None) -> int | None:
    hours, _, minutes = (clock or "").partition(":")
    if not (hours.isascii() and hours.isdigit() and minutes in ("00", "30") and len(hours) == 2):
        return None
    slot = (int(hours) * 60 + int(minutes)) // SLOT
    return slot if slot <= 24 * 60 // SLOT else None


def clock(slot: int) -> str:
    """Return when a half hour begins, as HH:MM."""
    return f"{slot * SLOT // 60:02d}:{slot * SLOT % 60:02d}"
