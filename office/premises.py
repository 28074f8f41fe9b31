"""The office and its counters by name, as a manager sets them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import available_timezones

from sqlalchemy import delete, select

from office import journal
from office.errors import Conflict, CounterUnknown, Invalid, NamesWrong, all_at_once
from office.journal import Kind
from office.people import Actor, Right
from office.place import (
    Counter,
    CounterService,
    Names,
    Office,
    all_counters,
    counter_numbered,
    services_of,
)
from office.plan import set_plan
from office.plan import told_of as told_of_plan
from office.roster import end_shifts
from office.terms import Terms
from office.tickets import IS_OPEN, Ticket
from storage.work import Work

#: The time zones of Indonesia, west to east; an office elsewhere keeps its own.
TIMEZONES = ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura")
LONGEST_NAME = 120
LONGEST_COUNTER = 40
#: What a counter is called, before its number, until somebody names it.
WORD = {"id": "Loket", "en": "Counter"}
#: The most counters an office has.
MOST_COUNTERS = 99
#: The most that are added at once, so that a slip of the hand is noticed.
MOST_AT_ONCE = 20


class CounterInUse(Conflict):
    """Somebody is signed on at the counter, or a visit is to go on there."""

    code = "counter_in_use"


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
    with all_at_once() as check:
        with check():
            wanted = _named(office, names, LONGEST_NAME, needed=True)
        with check():
            if timezone not in available_timezones():
                raise Invalid(fields={"timezone": "a time zone such as Asia/Makassar"})
    former = told_of(office)
    office.names, office.timezone, office.names_on_signs = wanted, timezone, names_on_signs
    present = told_of(office)
    if present != former:
        told = {"part": "office", "former": former, "present": present}
        journal.append(work, office, Kind.OFFICE_CHANGED, actor, now, None, **told)


def add_counters(
    work: Work, office: Office, actor: Actor, now: datetime, count: int, serve_all: bool
) -> list[Counter]:
    """Add `count` counters with the next numbers, called by them; they serve all or nothing yet.

    Raises Forbidden, Invalid or CountersFull.
    """
    actor.need(Right.MANAGE)
    if not 1 <= count <= MOST_AT_ONCE:
        raise Invalid(fields={"count": f"between 1 and {MOST_AT_ONCE}"})
    last = max((each.number for each in all_counters(work, office.id)), default=0)
    if last + count > MOST_COUNTERS:
        raise CountersFull(limit=MOST_COUNTERS)
    added = [
        Counter(office_id=office.id, number=last + more, names={}) for more in range(1, count + 1)
    ]
    work.session.add_all(added)
    work.session.flush()
    terms = [Terms(each.code) for each in services_of(work, office.id)] if serve_all else []
    for counter in added:
        names = {each: f"{WORD[each]} {counter.number}" for each in office.locales if each in WORD}
        _name(work, office, actor, now, counter, names, added=True)
        if terms:
            set_plan(work, office, actor, now, counter.number, terms)
    return added


def retire_counter(work: Work, office: Office, actor: Actor, now: datetime, number: int) -> None:
    """Have a counter no longer; what was served at it stays, and its shifts to come end.

    It serves nothing any more. Raises Forbidden, CounterUnknown, or CounterInUse while somebody is
    signed on there or somebody's visit is to go on there.
    """
    actor.need(Right.MANAGE)
    counter = counter_numbered(work, office.id, number)
    there = work.session.scalars(
        select(Ticket.label)
        .where(Ticket.office_id == office.id, IS_OPEN, Ticket.counter_id == counter.id)
        .order_by(Ticket.id)
    ).first()
    if counter.is_open or there is not None:
        raise CounterInUse(counter=number)
    former = {"retired": False, **told_of_plan(work, office, counter)}
    counter.retired = True
    work.session.execute(delete(CounterService).where(CounterService.counter_id == counter.id))
    end_shifts(work, office, counter.id, office.today(now))
    present = {"retired": True, "services": []}
    journal.append_change(
        work, office, Kind.COUNTER_CHANGED, actor, now, former, present, counter=number
    )


def bring_back(work: Work, office: Office, actor: Actor, now: datetime, number: int) -> None:
    """Have a retired counter again; it serves nothing yet. Raises Forbidden or CounterUnknown."""
    actor.need(Right.MANAGE)
    counter = counter_ever(work, office, number)
    if counter.retired:
        counter.retired = False
        former, present = {"retired": True}, {"retired": False}
        journal.append_change(
            work, office, Kind.COUNTER_CHANGED, actor, now, former, present, counter=number
        )


def counter_ever(work: Work, office: Office, number: int) -> Counter:
    """Return the counter with this number, also a retired one. Raises CounterUnknown."""
    for each in all_counters(work, office.id):
        if each.number == number:
            return each
    raise CounterUnknown(counter=number)


def name_counters(
    work: Work, office: Office, actor: Actor, now: datetime, names: Mapping[int, Names]
) -> None:
    """Call counters so, by their numbers, or by the number alone. All of them, or none.

    Raises Forbidden, CounterUnknown or NamesWrong.
    """
    actor.need(Right.MANAGE)
    with all_at_once() as check:
        for number, wanted in names.items():
            with check():
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
    field = f"counter-{counter.number}"
    former = counter.names
    counter.names = _named(office, names, LONGEST_COUNTER, needed=False, field=field)
    if added or former != counter.names:
        journal.append_change(
            work,
            office,
            Kind.COUNTER_CHANGED,
            actor,
            now,
            {} if added else {"names": former},
            {"names": counter.names},
            counter=counter.number,
            **({"added": True} if added else {}),
        )


def told_of(office: Office) -> dict[str, Any]:
    """Return the office as the journal tells it."""
    return {
        "names": office.names,
        "timezone": office.timezone,
        "names_on_signs": office.names_on_signs,
    }


def _named(
    office: Office, names: Names, longest: int, *, needed: bool, field: str = "names"
) -> Names:
    """Return a name for each language, or none at all where none is needed."""
    tidy = {locale: " ".join(names.get(locale, "").split()) for locale in office.locales}
    if not needed and not any(tidy.values()):
        return {}
    if not all(0 < len(each) <= longest for each in tidy.values()):
        raise NamesWrong(fields={field: "in every language"}, limit=longest)
    return tidy
