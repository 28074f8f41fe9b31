"""Whose turn it is: pure functions over a line, each with a reason it can state.

The default is accumulating priority (Kleinrock 1964, A delay dependent queue discipline; Stanford,
Taylor and Ziedins 2014, Waiting time distributions in the accumulating priority queue): a ticket's
score is the rate of its class times the minutes it has waited, and the highest score goes next.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from office.clock import seconds_between
from office.place import PolicyName
from office.terms import Terms


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the policy needs to know of one waiting ticket."""

    ticket_id: int
    label: str
    service_id: int
    class_code: str
    rate: float
    arrived_at: datetime
    line_since: datetime
    #: The only counter it may be called to, after a transfer to a counter.
    only_counter: int | None = None
    #: Since when its service stands still in an outage: it keeps its place and is not called.
    stopped_since: datetime | None = None
    #: How many files it brings: it is served so many times as long.
    files: int = 1
    position: int = 0


def score(waiting: Waiting, now: datetime) -> float:
    """Return the accumulated priority: rate of the class times minutes in line.

    While its service stands still a ticket gains one a minute, whatever its class.
    """
    since = waiting.line_since
    if waiting.stopped_since is not None:
        since = thawed(waiting.rate, since, waiting.stopped_since, now)
    return waiting.rate * seconds_between(since, now) / 60


def in_order(
    line: Iterable[Waiting],
    now: datetime,
    policy: PolicyName,
    recent_rates: Sequence[float] = (),
) -> list[Waiting]:
    """Return `line` in the order it would be called at `now` if nobody else came.

    `recent_rates` are the class rates of the last calls, newest last; only the ratio policy looks
    at them.
    """
    by_arrival = sorted(line, key=lambda each: (each.line_since, each.ticket_id))
    if policy is PolicyName.FIRST_COME:
        return by_arrival
    if policy is PolicyName.RATIO:
        return _in_ratio(by_arrival, recent_rates)
    return sorted(by_arrival, key=lambda each: (-score(each, now), each.line_since, each.ticket_id))


def _in_ratio(by_arrival: list[Waiting], recent_rates: Sequence[float]) -> list[Waiting]:
    """Two of priority, then one ordinary, each first-come; an empty side yields to the other."""
    ordinary_rate = min((each.rate for each in by_arrival), default=1.0)
    ordinary = [each for each in by_arrival if each.rate <= 1.0 or each.rate == ordinary_rate]
    chosen = {each.ticket_id for each in ordinary}
    priority = [each for each in by_arrival if each.ticket_id not in chosen]
    run = 0
    for rate in recent_rates:
        run = run + 1 if rate > 1.0 else 0
    ordered: list[Waiting] = []
    while ordinary and priority:
        if run < 2:
            ordered.append(priority.pop(0))
            run += 1
        else:
            ordered.append(ordinary.pop(0))
            run = 0
    return ordered + priority + ordinary


def reason(
    chosen: Waiting, now: datetime, policy: PolicyName, terms: Terms | None = None
) -> dict[str, object]:
    """Return why `chosen` goes next: minutes waited, its class and score, and if it is help."""
    return {
        "policy": policy.value,
        "waited_min": int(seconds_between(chosen.line_since, now) // 60),
        "priority": chosen.class_code,
        "score": round(score(chosen, now), 1),
        "helping_out": terms is not None
        and terms.helps_after_min is not None
        and chosen.only_counter is None,
    }


def callable_by(
    line: Iterable[Waiting],
    counter_id: int,
    terms: Mapping[int, Terms],
    now: datetime,
    patience: timedelta,
) -> list[Waiting]:
    """Return those of `line`, which is in calling order, whom a counter calls, in its own order.

    Those of the services it prefers go first, and with them, in the line's order, whoever has
    waited for `patience`. So a preference delays nobody beyond that.
    """
    best = min((each.preference for each in terms.values()), default=0)

    def rank(each: Waiting) -> int:
        if each.only_counter is not None or now - each.line_since >= patience:
            return best
        return terms[each.service_id].preference

    mine = [
        each
        for each in line
        if each.stopped_since is None
        and (
            each.only_counter == counter_id
            or (
                each.only_counter is None
                and each.service_id in terms
                and terms[each.service_id].reach(seconds_between(each.line_since, now))
            )
        )
    ]
    return sorted(mine, key=rank)


def overtakings(
    chosen: Waiting,
    line: Iterable[Waiting],
    terms: Mapping[int, Terms],
    policy: PolicyName,
    because: str | None = None,
) -> dict[str, int]:
    """Count those in `line` who have been in line longer than `chosen`, by why they are passed.

    `priority`: by a class of a higher rate; `ratio`: by whose turn the alternation makes it;
    `own_counter`: sent to this counter by a colleague; `preference`: by a service the counter
    prefers; or `because`, out of order. Whatever is none of these is `unexplained`, and must not
    happen.
    """
    counts: dict[str, int] = {}
    for each in line:
        if each.ticket_id == chosen.ticket_id or not _before(each, chosen):
            continue
        if because is not None:
            why = because
        elif policy is PolicyName.RATIO and each.rate != chosen.rate:
            why = "ratio"
        elif chosen.rate > each.rate and policy is PolicyName.ACCUMULATING:
            why = "priority"
        elif chosen.only_counter is not None:
            why = "own_counter"
        elif _preferred(chosen, each, terms):
            why = "preference"
        else:
            why = "unexplained"
        counts[why] = counts.get(why, 0) + 1
    return counts


def _before(one: Waiting, other: Waiting) -> bool:
    return (one.line_since, one.ticket_id) < (other.line_since, other.ticket_id)


def _preferred(one: Waiting, other: Waiting, terms: Mapping[int, Terms]) -> bool:
    first, second = terms.get(one.service_id), terms.get(other.service_id)
    return first is not None and second is not None and first.preference < second.preference


def overtaken(chosen: Waiting, line: Iterable[Waiting]) -> int:
    """Count those in `line` who have been in line longer than `chosen`."""
    return sum(_before(each, chosen) for each in line if each.ticket_id != chosen.ticket_id)


def latest_overtaker(
    rate: float, highest_rate: float, waited: timedelta, patience: timedelta = timedelta(0)
) -> timedelta:
    """Return how long after a ticket the last one that may pass it can have arrived.

    A ticket of class `rate` called after `waited` can only have been passed by tickets that arrived
    less than waited x (1 - rate / highest_rate) after it: at rates 1 and 2, those of the first half
    of its wait. So nobody starves: once that moment has gone by, no newcomer ever goes before it.
    Where counters prefer services, a preference can let newcomers pass for `patience` at most.
    """
    return max(waited * max(0.0, 1 - rate / highest_rate), min(patience, waited))


def longest_wait(
    policy: PolicyName, rate: float, highest_rate: float, first_come: timedelta
) -> timedelta:
    """Return the longest that a ticket waits which would wait `first_come` if all came in turn.

    Up to one visit, and as long as those of higher rates do not alone come faster than the counters
    serve. Under accumulating priority: only those of the first W x (1 - rate / highest_rate) of a
    wait W pass, and they keep the counters busy no longer than that; so W is at most `first_come`
    and this, which is first_come x highest_rate / rate. Under the ratio two go before each ordinary
    one: three times.
    """
    if policy is PolicyName.FIRST_COME or highest_rate <= rate:
        return first_come
    if policy is PolicyName.RATIO:
        return 3 * first_come
    return first_come * highest_rate / rate


def thawed(rate: float, line_since: datetime, since: datetime, now: datetime) -> datetime:
    """Return from when a ticket counts at `now` that was not called from `since` on.

    Its score is what it was at `since` and one for each minute since then, whatever its class: so
    nobody's wait is lost, and those who stood still together keep their order.
    """
    still_from = max(since, line_since)
    before = rate * seconds_between(line_since, still_from)
    return now - timedelta(seconds=(before + seconds_between(still_from, now)) / rate)


def line_since_after(
    places: int,
    rate: float,
    own: datetime,
    line: Sequence[Waiting],
    now: datetime,
    policy: PolicyName,
) -> datetime:
    """Return from when a re-entering ticket counts, to stand behind `places` of those in `line`.

    `line` is in calling order. The result is never better than the place the ticket had (`own`).
    Under the ratio a ticket stands behind those of the first `places` that are of its own side.
    """
    first = line[:places]
    if policy is PolicyName.RATIO:
        first = [each for each in first if (each.rate > 1.0) == (rate > 1.0)]
    if not first:
        return own
    ahead = first[-1]
    behind = ahead.line_since
    if policy is PolicyName.ACCUMULATING:
        behind = now - timedelta(minutes=score(ahead, now) / rate)
    return max(own, behind + timedelta(milliseconds=1))
