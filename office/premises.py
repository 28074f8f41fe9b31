"""The office and its counters by name, as a manager sets them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from office import journal
from office.errors import Conflict, Invalid, NamesWrong
from office.journal import Kind
from office.people import Actor, Right
from office.place import Counter, Names, Office, counter_numbered, counters_of
from storage.work import Work

#: The time zones of Indonesia, west to east; an office elsewhere keeps its own.
TIMEZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
LONGEST_NAME = 120
LONGEST_COUNTER = 40
#: The most counters an office has.
MOST_COUNTERS = 99


class CountersFull(Conflict):
    """The office has as many counters as there can be."""

    code = "counters_full"


def set_office(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    names: Names,
    timezone: str,
    names_on_signs: bool,
) -> None:
    """Call the office so, and go by this clock from now on; a day begun is not entered again.

    Whether counters' signs show the clerks' first names is the office's to say. Raises Forbidden,
    NamesWrong or Invalid.
    """
    actor.need(Right.MANAGE)
    wanted = _named(office, names, LONGEST_NAME, needed=True)
    if timezone not in available_timezones():
        raise Invalid(fields={"timezone": "a time zone such as Asia/Makassar"})
    former = _told(office)
    office.names, office.timezone, office.names_on_signs = wanted, timezone, names_on_signs
    present = _told(office)
    if present != former:
        told = {"part": "office", "former": former, "present": present}
        journal.append(work, office, Kind.OFFICE_CHANGED, actor, now, None, **told)


def add_counter(work: Work, office: Office, actor: Actor, now: datetime, names: Names) -> Counter:
    """Add a counter with the next number; it serves nothing yet.

    Raises Forbidden, Invalid or CountersFull.
    """
    actor.need(Right.MANAGE)
    number = max((each.number for each in counters_of(work, office.id)), default=0) + 1
    if number > MOST_COUNTERS:
        raise CountersFull(limit=MOST_COUNTERS)
    counter = Counter(office_id=office.id, number=number, names={})
    work.session.add(counter)
    _name(work, office, actor, now, counter, names, added=True)
    return counter


def name_counters(
    work: Work, office: Office, actor: Actor, now: datetime, names: Mapping[int, Names]
) -> None:
    """Call counters so, by their numbers, or by the number alone. All of them, or none.

    Raises Forbidden, CounterUnknown or NamesWrong.
    """
    actor.need(Right.MANAGE)
    for number, wanted in names.items():
        _name(work, office, actor, now, counter_numbered(work, office.id, number), wanted)


def _name(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    counter: Counter,
    names: Names,
    *,
    added: bool = False,
) -> None:
    former, counter.names = counter.names, _named(office, names, LONGEST_COUNTER, needed=False)
    if added or former != counter.names:
        told: dict[str, Any] = {"counter": counter.number, "names": counter.names, "added": added}
        journal.append(work, office, Kind.COUNTER_CHANGED, actor, now, None, **told)


def _told(office: Office) -> dict[str, Any]:
    return {
        "names": office.names,
        "timezone": office.timezone,
        "names_on_signs": office.names_on_signs,
    }


def _named(office: Office, names: Names, longest: int, *, needed: bool) -> Names:
    """Return a name for each language, or none at all where none is needed."""
    tidy = {locale: " ".join(names.get(locale, "").split()) for locale in office.locales}
    if not needed and not any(tidy.values()):
        return {}
    if not all(0 < len(each) <= longest for each in tidy.values()):
        raise NamesWrong(fields={"names": "in every language"}, limit=longest)
    return tidy
