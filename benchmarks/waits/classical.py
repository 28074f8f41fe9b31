"""The classical estimates of a wait, each in the reading under which it does best.

All are in seconds from the moment asked about. Those made of past waits are reduced by what the
visitor has waited already. Sources: Ibrahim and Whitt (2009), Real-time delay estimation based on
delay history.
"""

from collections.abc import Callable, Sequence
from statistics import fmean

from benchmarks.waits.knowledge import Knowledge
from benchmarks.waits.moments import Moment

Estimator = Callable[[Moment, Knowledge], float]


def people_mean_counters(moment: Moment, knowledge: Knowledge) -> float:
    """Return the service times of those ahead, shared among the counters open."""
    return people_mean(moment, knowledge) / max(moment.open, 1)


def people_mean(moment: Moment, knowledge: Knowledge) -> float:
    """Return the service times of those ahead."""
    return sum(knowledge.pace(each.service) for each in moment.ahead)


def last_ten_mean(moment: Moment, knowledge: Knowledge) -> float:
    """Return the mean wait of the last ten called today, or of the last ten before today."""
    waits = moment.waits[-10:] or knowledge.last_waits(moment.visitor.service)
    return _left(fmean(waits) if waits else 0.0, moment)


def head_of_line(moment: Moment, _knowledge: Knowledge) -> float:
    """Return how long the one at the head of the line has waited; nothing without a line."""
    return _left(moment.head, moment)


def last_to_enter(moment: Moment, knowledge: Knowledge) -> float:
    """Return how long the last one called had waited."""
    waits: Sequence[float] = moment.waits or knowledge.last_waits(moment.visitor.service)
    return _left(waits[-1] if waits else 0.0, moment)


def constant(_moment: Moment, knowledge: Knowledge) -> float:
    """Return the median of all that was left to wait at the moments asked about before."""
    return knowledge.usual


def _left(wait: float, moment: Moment) -> float:
    return max(wait - moment.waited, 0.0)


CLASSICAL: dict[str, Estimator] = {
    "people_mean_counters": people_mean_counters,
    "people_mean": people_mean,
    "last_ten_mean": last_ten_mean,
    "head_of_line": head_of_line,
    "last_to_enter": last_to_enter,
    "constant": constant,
}
