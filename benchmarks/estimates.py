"""How long the estimates of a long line take: `python -m benchmarks.estimates [--json]`.

300 people wait for six services at 12 counters. Everybody's wait and that of a newcomer of every
service is worked out from what was read, by the formula alone and judged by a fortnight's past; the
ratio is to putting the same line in its order.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from office import policy
from office.learning import Learnt, Seen, Standing
from office.place import PolicyName
from office.policy import Waiting
from office.waits import Desk, forecast

NOW = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
PEOPLE, COUNTERS, SERVICES = 300, 12, 6
PAST = 20_000
RUNS = 200


def an_office(chance: random.Random) -> tuple[list[Waiting], list[Desk], dict[int, float]]:
    """Return a line in calling order, the counters, and the pace of each service."""
    paces = {service: 240.0 + 120 * service for service in range(1, SERVICES + 1)}
    waiting = [
        Waiting(
            ticket_id=number,
            label=str(number),
            service_id=chance.randint(1, SERVICES),
            class_code="",
            rate=2.0 if chance.random() < 0.15 else 1.0,
            arrived_at=NOW - timedelta(seconds=30 * (PEOPLE - number)),
            line_since=NOW - timedelta(seconds=30 * (PEOPLE - number)),
        )
        for number in range(PEOPLE)
    ]
    desks = [
        Desk(number, frozenset({number % SERVICES + 1, (number + 1) % SERVICES + 1}), 60.0 * number)
        for number in range(COUNTERS)
    ]
    return policy.in_order(waiting, NOW, PolicyName.ACCUMULATING), desks, paces


def a_past(chance: random.Random) -> Learnt:
    """Return what a fortnight has taught, all worked out as it is before a day begins."""
    learnt = Learnt(
        Seen(
            chance.randint(1, SERVICES),
            chance.choice([Standing.FIRST, Standing.NEW, Standing.WAITING]),
            expected := chance.uniform(0, 9000),
            expected * chance.uniform(0.4, 1.8),
            chance.uniform(0, 3000),
        )
        for _ in range(PAST)
    )
    learnt.work_out(range(1, SERVICES + 1))
    return learnt


def timed(act: Callable[[], object]) -> list[float]:
    """Return the milliseconds of every run."""
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        act()
        times.append((time.perf_counter() - began) * 1000)
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.estimates")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    chance = random.Random(7)
    line, desks, paces = an_office(chance)
    learnt = a_past(chance)
    runs = {
        "the line put in order": timed(lambda: policy.in_order(line, NOW, PolicyName.ACCUMULATING)),
        "by the formula": timed(lambda: forecast(line, desks, paces)),
        "judged by the past": timed(lambda: forecast(line, desks, paces, learnt, NOW)),
    }
    told = {
        name: {
            "median_ms": round(statistics.median(times), 3),
            "p95_ms": round(sorted(times)[int(0.95 * len(times))], 3),
        }
        for name, times in runs.items()
    }
    if asked.json:
        print(json.dumps(told))
        return
    ceiling = told["the line put in order"]["median_ms"]
    for name, figures in told.items():
        print(
            f"{name:24} median {figures['median_ms']:7.2f} ms, 95th {figures['p95_ms']:7.2f} ms, "
            f"{figures['median_ms'] / ceiling:5.1f} x the line put in order"
        )


if __name__ == "__main__":
    main()
