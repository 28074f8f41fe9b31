"""What the office would have expected on its past days, beside what happened: learning's material.

Pure: visits and opening times of counters, as the steps and the journal hold them, go in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from office import policy
from office.clock import seconds_between
from office.learning import Seen
from office.place import PolicyName
from office.policy import Waiting
from office.waits import SOME_PACE, Desk, Manner, projected, remaining, standing

#: Time between two looks at a past line.
EVERY = timedelta(minutes=10)
#: At most about so many newcomers of a day are looked at, evenly among all.
NEWCOMERS = 40


@dataclass(frozen=True, slots=True)
class PastWait:
    """One stretch in line: who waited, until when, and at which counter it ended how."""

    waiting: Waiting
    #: When the stretch ended, by a call or otherwise.
    until: datetime
    #: Whether it ended with a call.
    called: bool
    counter_id: int | None = None
    #: When the counter was free again.
    free_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Shift:
    """A counter that was open for some services from one moment to another."""

    counter_id: int
    service_ids: frozenset[int]
    opened_at: datetime
    closed_at: datetime
    #: How it called, where it did not serve all alike.
    manner: Manner | None = None


def seen_on(
    waits: Sequence[PastWait],
    shifts: Sequence[Shift],
    paces: Mapping[int, float],
    order: PolicyName = PolicyName.FIRST_COME,
    pause: Callable[[], None] | None = None,
) -> list[Seen]:
    """Return what the simulation expects of a past day's lines and how long it then took.

    Looked at is everybody in line every ten minutes, and some of the newcomers as they came.
    Waits that did not end with a call, and moments without an open counter, teach nothing. `pause`
    is called between two looks, to let others go first.
    """
    if not waits:
        return []
    newcomers = [each.waiting for each in waits if each.called]
    looks: list[tuple[datetime, int | None]] = [
        (each.line_since, each.ticket_id)
        for each in newcomers[:: -(-len(newcomers) // NEWCOMERS) or 1]
    ]
    at = min(each.waiting.line_since for each in waits) + EVERY
    last = max(each.until for each in waits)
    while at < last:
        looks.append((at, None))
        at += EVERY
    found: list[tuple[datetime, Seen]] = []
    for at, only in looks:
        if pause is not None:
            pause()
        found += _looked_at(at, waits, shifts, paces, order, only)
    found.sort(key=lambda each: each[0])
    return [seen for _, seen in found]


def _looked_at(
    at: datetime,
    waits: Sequence[PastWait],
    shifts: Sequence[Shift],
    paces: Mapping[int, float],
    order: PolicyName,
    only: int | None = None,
) -> list[tuple[datetime, Seen]]:
    there = {
        each.waiting.ticket_id: each for each in waits if each.waiting.line_since <= at < each.until
    }
    if not there:
        return []
    line = policy.in_order((each.waiting for each in there.values()), at, order)
    expected = projected(line, _desks(at, waits, shifts, paces), paces, at).by_ticket
    longest: dict[int, float] = {}
    for each in there.values():
        service, waited = each.waiting.service_id, seconds_between(each.waiting.line_since, at)
        longest[service] = max(longest.get(service, 0.0), waited)
    found = []
    for ticket_id, each in there.items():
        mean = expected[ticket_id].mean_s
        if not each.called or mean is None or (only is not None and ticket_id != only):
            continue
        service, waited = each.waiting.service_id, seconds_between(each.waiting.line_since, at)
        stands, took = standing(expected[ticket_id], waited), seconds_between(at, each.until)
        head = longest[service] - waited
        found.append((each.until, Seen(service, stands, mean, took, head)))
    return found


def _desks(
    at: datetime,
    waits: Sequence[PastWait],
    shifts: Sequence[Shift],
    paces: Mapping[int, float],
) -> list[Desk]:
    serving = {
        each.counter_id: each
        for each in waits
        if each.called and each.free_at is not None and each.until <= at < each.free_at
    }
    desks = {}
    for shift in shifts:
        if not shift.opened_at <= at < shift.closed_at:
            continue
        served = serving.get(shift.counter_id)
        free_in = 0.0
        if served is not None:
            pace = paces.get(served.waiting.service_id, SOME_PACE) * served.waiting.files
            free_in = remaining(pace, seconds_between(served.until, at))
        desks[shift.counter_id] = Desk(
            shift.counter_id, shift.service_ids, free_in, manner=shift.manner
        )
    return list(desks.values())
