"""Random schedules: several faults, some at once, over a stretch of a recorded day.

A schedule is its seed: which faults are made, when, and who comes for what. How the threads of the
clients and the processes take turns is the machine's, so that one seed lived twice asks for the
same and need not be answered at the same moments.
"""

import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

from app.replay.rebuilt import Row
from tools.faults.breaking import Fault, faults
from tools.faults.clients import Office, Party, at_work
from tools.faults.history import Times, Verdict, Wrong, check, times
from tools.faults.house import House, Kind, house
from tools.nursery import Nursery

#: How many schedules in a row a house lives through, and of which kinds the houses are in turn.
IN_A_ROW = 25
KINDS = (Kind.MANY, Kind.WAITED, Kind.MANY, Kind.ONE)
#: Of how many faults a schedule is made, and over how many seconds they begin.
FEWEST, MOST, SPAN = 1, 3, 0.8
#: Seconds the office is used before the first fault, and after the last was mended.
BEFORE, AFTER = 0.3, 0.4
#: Seconds after which a house that is not whole again is given up.
MENDED_BY = 90.0


@dataclass(frozen=True)
class Plan:
    """What is to happen at a house: the faults, and the seconds after the beginning of each."""

    seed: int
    kind: Kind
    steps: tuple[tuple[float, str], ...]

    @property
    def says(self) -> str:
        """The plan in a line."""
        steps = ", ".join(f"{name} at {at:.2f} s" for at, name in self.steps)
        return f"seed {self.seed}, house {self.kind.value}: {steps}"


def planned(seed: int) -> Plan:
    """Return the schedule of a seed."""
    chance = random.Random(f"schedule {seed}")
    kind = KINDS[seed // IN_A_ROW % len(KINDS)]
    suited = sorted(each.name for each in faults().values() if each.passing and kind in each.kinds)
    count = chance.randint(FEWEST, MOST)
    steps = sorted((chance.uniform(0, SPAN), chance.choice(suited)) for _ in range(count))
    return Plan(seed, kind, tuple(steps))


def live(made: House, plan: Plan, known: list[Row]) -> tuple[Verdict, Times]:
    """Live through a schedule at a house; return what came of it.

    `known` holds the journal of the schedules before, and is added to.
    """
    chance = random.Random(f"day {plan.seed}")
    office = Office(made.urls, made.tokens, Party(), chance, made.screens, known=known)
    locks = {part: threading.Lock() for part in ("database", "redis", "servers")}
    troubles: list[str] = []

    def break_and_mend(at: float, fault: Fault, mine: random.Random) -> None:
        time.sleep(at)
        parts = sorted(fault.parts)
        for part in parts:
            locks[part].acquire()
        try:
            fault.act(made, mine)
        except Exception as error:
            troubles.append(f"{fault.name}: {error!r}")
        finally:
            for part in parts:
                locks[part].release()

    with at_work(office):
        time.sleep(BEFORE)
        struck = time.monotonic()
        threads = [
            threading.Thread(
                target=break_and_mend, args=(at, faults()[name], random.Random(chance.random()))
            )
            for at, name in plan.steps
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(MENDED_BY)
        mended = time.monotonic()
        time.sleep(AFTER)
        history = office.close()
    verdict = check(history)
    for trouble in troubles:
        verdict.add(Wrong.UNANSWERED, f"the house was not whole again: {trouble}")
    return verdict, times(history, struck, mended)


def lived(seeds: range, nursery: Nursery) -> Iterator[tuple[Plan, Verdict, Times]]:
    """Live through the schedules of `seeds`, in houses that are made anew now and then."""
    left = list(map(planned, seeds))
    while left:
        row = [
            each for each in left[:IN_A_ROW] if each.seed // IN_A_ROW == left[0].seed // IN_A_ROW
        ]
        left = left[len(row) :]
        with house(row[0].kind, nursery) as made:
            known: list[Row] = []
            for plan in row:
                verdict, took = live(made, plan, known)
                yield plan, verdict, took
                if verdict.findings:
                    # what comes after would be found again and again
                    left = row[row.index(plan) + 1 :] + left
                    break
