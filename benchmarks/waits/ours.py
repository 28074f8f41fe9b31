"""The office's own forecast at a moment of a recorded day, by the functions the server uses."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.waits.knowledge import Knowledge
from benchmarks.waits.moments import Counter, Moment
from office.learning import Seen, Standing
from office.policy import Waiting
from office.waits import Desk, Expected, forecast, projected, remaining, standing

MIDNIGHT = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Line:
    """The forecast for one visitor, and what the simulation alone expected."""

    median: float
    p90: float
    expected_s: float
    standing: Standing
    head_s: float

    def seen(self, service_id: int, waited_s: float) -> Seen:
        """Return what there is to learn once the wait has ended."""
        return Seen(service_id, self.standing, self.expected_s, waited_s, self.head_s)


def line(moment: Moment, knowledge: Knowledge) -> Line:
    """Return the forecast.

    The server says that a wait is not known while no counter of the service is open. So that it
    can be counted, what was seen at such moments before stands here for that answer.
    """
    number = moment.visitor.number
    waiting = [
        Waiting(
            ticket_id=each.number,
            label=str(each.number),
            service_id=knowledge.service_id(each.service),
            class_code="",
            rate=each.rate,
            arrived_at=MIDNIGHT + timedelta(seconds=each.arrived),
            line_since=MIDNIGHT + timedelta(seconds=each.arrived),
        )
        for each in moment.line
    ]
    services = {each.service for each in moment.line}
    for counter in moment.counters:
        services |= counter.services or set()
        services |= {counter.serving} if counter.serving else set()
    paces = {knowledge.service_id(each): knowledge.pace(each) for each in services}
    desks = _desks(moment, knowledge, paces)
    now = MIDNIGHT + timedelta(seconds=moment.at)
    expected = projected(waiting, desks, paces).by_ticket[number]
    stands = standing(expected, moment.waited)
    head = moment.head - moment.waited
    mean = _mean(expected, moment, knowledge)
    told = forecast(waiting, desks, paces, knowledge.learnt, now).by_ticket[number]
    if told.median_s is None or told.p90_s is None:
        if not knowledge.learnt.enough:
            return Line(mean, 2 * mean, mean, stands, head)
        past = knowledge.learnt.quantiles(expected.service_id, stands, mean, head)
        return Line(past.median, past.p90, mean, stands, head)
    return Line(float(told.median_s), float(told.p90_s), mean, stands, head)


def _mean(expected: Expected, moment: Moment, knowledge: Knowledge) -> float:
    if expected.mean_s is not None:
        return expected.mean_s
    return (expected.ahead + 1) * knowledge.pace(moment.visitor.service)


def _desks(moment: Moment, knowledge: Knowledge, paces: dict[int, float]) -> list[Desk]:
    return [
        Desk(
            counter_id=place,
            service_ids=frozenset(paces)
            if counter.services is None
            else frozenset(knowledge.service_id(each) for each in counter.services),
            free_in=_free_in(counter, place, moment, knowledge),
        )
        for place, counter in enumerate(moment.counters, 1)
    ]


def _free_in(counter: Counter, place: int, moment: Moment, knowledge: Knowledge) -> float:
    """Return when the counter is expected to be free.

    Where the recording does not tell who is being served, the counters are taken to be free one
    after the other, evenly within the mean service time.
    """
    if moment.timed:
        if counter.serving is None:
            return 0.0
        return remaining(knowledge.pace(counter.serving), moment.at - counter.since)
    return knowledge.pace(moment.visitor.service) * place / len(moment.counters)
