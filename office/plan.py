"""The serving plan: which counter serves which services, on what terms, and changing it live."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from office import journal
from office.errors import Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import Counter, CounterService, Office, Service, counter_numbered, service_named
from office.terms import Terms
from storage.work import Work

#: The largest preference and the longest wait before help, so that a slip of the hand is noticed.
LARGEST_PREFERENCE = 9
LONGEST_MIN = 240


def plan_of(work: Work, office_id: int) -> dict[int, list[Terms]]:
    """Return on what terms each counter serves what, by counter id, in the office's order."""
    rows = work.session.execute(
        select(
            CounterService.counter_id,
            Service.code,
            CounterService.preference,
            CounterService.helps_after_min,
        )
        .join(Service, Service.id == CounterService.service_id)
        .where(Service.office_id == office_id, Service.retired.is_(False))
        .order_by(Service.position, Service.code)
    )
    plan: dict[int, list[Terms]] = {}
    for counter, code, preference, after in rows:
        plan.setdefault(counter, []).append(Terms(code, preference, after))
    return plan


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
        services=[
            {
                "code": each.code,
                "preference": each.preference,
                "helps_after_min": each.helps_after_min,
            }
            for each in terms
        ],
    )
    return counter
