"""Random schedules: several faults, some at once, over a stretch of a recorded day.

A schedule is its seed: which faults are made, when, and who comes for what. How the threads of the
clients and the processes take turns is the machine's, so that one seed lived twice asks for the
same and need not be answered at the same moments.
"""

import json
import random
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from app.replay.rebuilt import Row
from app.replay.rest import ServerGone
from tools.faults.breaking import PARTS, Fault, faults
from tools.faults.clients import Office, Party, at_work
from tools.faults.frail import NotFrail
from tools.faults.history import History, Times, Verdict, Wrong, check, times
from tools.faults.house import House, Kind, house
from tools.faults.network import NoHosts
from tools.nursery import Nursery

#: How many schedules in a row a house lives through, and of which kinds the houses are in turn.
IN_A_ROW = 25
KINDS = (Kind.MANY, Kind.WAITED, Kind.FRAIL, Kind.ONE, Kind.MANY, Kind.APART, Kind.FRAIL_MANY,
         Kind.WAITED)  # fmt: skip
#: What can be done at a house of one kind can be done at the other, too.
LIKE = {Kind.FRAIL: Kind.ONE, Kind.FRAIL_MANY: Kind.MANY, Kind.APART: Kind.MANY}
#: The shares of the usual time that things stay broken: one schedule in five takes all of it.
HASTE = (0.2, 0.2, 0.2, 0.2, 1.0)
#: Of how many faults a schedule is made, and over how many seconds they begin.
FEWEST, MOST, SPAN = 1, 3, 0.8
#: Seconds the office is used before the first fault, and after the last was mended.
BEFORE, AFTER = 0.3, 0.4
#: Seconds after which a house that is not whole again is given up.
MENDED_BY = 180.0
#: Seconds after which a packet that was lost during a fault is sent again at the latest.
UNDER_WAY = 15.0


@dataclass(frozen=True)
class Plan:
    """What is to happen at a house: the faults, and the seconds after the beginning of each."""

    seed: int
    kind: Kind
    steps: tuple[tuple[float, str], ...]
    #: How long things stay broken, as a share of the usual.
    haste: float

    @property
    def says(self) -> str:
        """The plan in a line."""
        steps = ", ".join(f"{name} at {at:.2f} s" for at, name in self.steps)
        return f"seed {self.seed}, house {self.kind.value}, haste {self.haste}: {steps}"


def planned(seed: int) -> Plan:
    """Return the schedule of a seed."""
    chance = random.Random(f"schedule {seed}")
    kind = KINDS[seed // IN_A_ROW % len(KINDS)]
    kinds = {kind, LIKE.get(kind)}
    suited = sorted((each.name, each.share) for each in faults().values() if kinds & {*each.kinds})
    names, shares = zip(*suited, strict=True)
    count = chance.randint(FEWEST, MOST)
    steps = sorted(
        (chance.uniform(0, SPAN), chance.choices(names, shares)[0]) for _ in range(count)
    )
    return Plan(seed, kind, tuple(steps), chance.choice(HASTE))


def live(made: House, plan: Plan, known: list[Row]) -> tuple[History, Verdict, Times]:
    """Live through a schedule at a house; return what came of it.

    `known` holds the journal of the schedules before, and is added to.
    """
    chance = random.Random(f"day {plan.seed}")
    made.haste = plan.haste
    party = Party(copies=max(faults()[name].copies for _, name in plan.steps))
    boards = made.before_boards()
    office = Office(made.urls, made.tokens, party, chance, made.screens, boards, known)
    locks = {part: threading.Lock() for part in PARTS}
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
        for thread, (_, name) in zip(threads, plan.steps, strict=True):
            thread.join(MENDED_BY)
            if thread.is_alive():
                troubles.append(f"{name}: not mended")
        mended = time.monotonic()
        time.sleep(AFTER)
        try:
            history = office.close()
        except ServerGone as error:
            history = History(known, office.wishes, office.boards, office.since)
            for each in made.servers:
                each.tell_what_it_does()
            time.sleep(1)
            troubles.append(f"the journal cannot be read: {error}")
    # without the journal there is nothing to compare with
    verdict = Verdict() if troubles else check(history)
    for trouble in troubles:
        verdict.add(Wrong.UNANSWERED, f"the house was not whole again: {trouble}")
    return history, verdict, times(history, struck, mended)


def lived(
    seeds: Iterable[int], nursery: Nursery, kept: Path | None = None
) -> Iterator[tuple[Plan, Verdict, Times]]:
    """Live through the schedules of `seeds`, in houses that are made anew now and then.

    Of one with findings all that was said and seen is kept in a folder of `kept` by its seed.
    Houses that this machine does not allow are left out with a word.
    """
    left = list(map(planned, seeds))
    while left:
        row = [
            each for each in left[:IN_A_ROW] if each.seed // IN_A_ROW == left[0].seed // IN_A_ROW
        ]
        left = left[len(row) :]
        try:
            with house(row[0].kind, nursery) as made:
                known: list[Row] = []
                for plan in row:
                    history, verdict, took = live(made, plan, known)
                    if verdict.findings and kept is not None:
                        keep(kept / str(plan.seed), made, history)
                    yield plan, verdict, took
                    if verdict.findings:
                        # what comes after would be found again and again
                        left = row[row.index(plan) + 1 :] + left
                        break
                    if made.network is not None and verdict.unknown:
                        # what somebody gave up is on its way yet, and must not come amid the next
                        time.sleep(UNDER_WAY * max(plan.haste, 0.5))
        except (NoHosts, NotFrail) as reason:
            print(f"{row[0].kind}: not on this machine: {reason}", file=sys.stderr)


def keep(folder: Path, made: House, history: History) -> None:
    """Keep what the parts of a house said, and what was seen."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "history.json").write_text(json.dumps(asdict(history), default=str, indent=1))
    for number, log in enumerate(made.logs):
        if log.exists():
            shutil.copy(log, folder / f"{number}-{log.parent.name}-{log.name}")
