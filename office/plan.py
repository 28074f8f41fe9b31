"""The serving plan: which counter serves which services, on what terms, and changing it live."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from office import journal
from office.errors import Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import (
    Counter,
    CounterService,
    Office,
    counter_numbered,
    service_named,
    terms_by_counter,
)
from office.terms import Terms
from storage.work import Work

#: The largest preference and the longest wait before help, so that a slip of the hand is noticed.
LARGEST_PREFERENCE = 9
LONGEST_MIN = 240


def plan_of(work: Work, office_id: int) -> dict[int, list[Terms]]:
    """Return on what terms each counter serves what, by counter id, in the office's order."""
    return {
        counter: list(terms.values())
        for counter, terms in terms_by_counter(work, office_id).items()
    }


def set_plan(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    number: int,
    terms: Sequence[Terms],
) -> Counter:
    """Let a counter serve these services on these terms from now on, and no others.

    Whoever is being served there is served to the end, and whoever was sent to this very counter
    still waits for it. Raises Forbidden, CounterUnknown, ServiceUnknown or Invalid.
    """
    actor.need(Right.RUN_FLOOR)
    counter = counter_numbered(work, office.id, number)
    if len({each.code for each in terms}) != len(terms):
        raise Invalid(fields={"services": "each service once"})
    if any(not 0 <= each.preference <= LARGEST_PREFERENCE for each in terms):
        raise Invalid(fields={"preference": f"0 to {LARGEST_PREFERENCE}"})
    if any(not 0 <= (each.helps_after_min or 0) <= LONGEST_MIN for each in terms):
        raise Invalid(fields={"helps_after_min": f"0 to {LONGEST_MIN}"})
    services = {each.code: service_named(work, office.id, each.code) for each in terms}
    former = told_of(work, office, counter)
    work.session.execute(delete(CounterService).where(CounterService.counter_id == counter.id))
    for each in terms:
        work.session.add(
            CounterService(
                counter_id=counter.id,
                service_id=services[each.code].id,
                preference=each.preference,
                helps_after_min=each.helps_after_min,
            )
        )
    work.session.flush()
    journal.append(
        work,
        office,
        Kind.COUNTER_CHANGED,
        actor,
        now,
        counter=counter.number,
        former=former,
        present=told_of(work, office, counter),
    )
    return counter


def told_of(work: Work, office: Office, counter: Counter) -> dict[str, Any]:
    """Return what a counter serves as the journal tells it."""
    return {"services": [asdict(each) for each in plan_of(work, office.id).get(counter.id, [])]}
