"""Breaks what an installation stands on while it is used, and counts: `python -m tools.faults`.

Each fault is made in the middle of a stretch of a recorded day lived by kiosks, clerks and boards;
then the history checker compares the journal with what they saw. Prints a table; a finding of any
kind ends it with status 1.
"""

import argparse
import random
import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing

from tools.faults.breaking import Fault, faults
from tools.faults.clients import Office, Party, at_work
from tools.faults.frail import NotFrail
from tools.faults.history import History, Times, Verdict, Wrong, check, times
from tools.faults.house import House, Kind, house
from tools.faults.network import NoHosts
from tools.faults.schedules import lived
from tools.nursery import Nursery, clean_environ

#: Seconds the office is used before a fault, and after it was mended.
BEFORE, AFTER = 1.5, 2.0
#: Seconds after which a packet that was lost during a fault is sent again at the latest.
UNDER_WAY = 15.0
COLUMNS = ("fault", "house", "issued", "called", "unknown", "done of these", "lost", "doubled",
           "missed", "untrue", "broken", "unanswered", "slowest answer s", "slowest screen s",
           "right again s")  # fmt: skip


def suffer(
    made: House,
    fault: Fault,
    chance: random.Random,
    party: Party,
    before: float = BEFORE,
    after: float = AFTER,
) -> tuple[History, Verdict, Times]:
    """Use a house while a fault is made there and mended; return what came of it."""
    office = Office(made.urls, made.tokens, party, chance, made.screens, made.before_boards())
    with at_work(office):
        time.sleep(before)
        struck = time.monotonic()
        fault.act(made, chance)
        mended = time.monotonic()
        time.sleep(after)
        history = office.close()
    return history, check(history), times(history, struck, mended)


def row(name: str, kind: Kind, verdict: Verdict, took: Times) -> str:
    """Return what came of a fault as a row of the table."""
    values = (
        *(name, kind.value, verdict.issued, verdict.called),
        *(verdict.unknown, verdict.unknown_done),
        *(verdict.count(wrong) for wrong in Wrong),
        *(f"{each:.1f}" for each in (took.answer, took.screen, took.right)),
    )
    return f"| {' | '.join(map(str, values))} |"


def at_random(seed: int, count: int, seconds: float) -> int:
    """Live through random schedules and print what came of them; return the exit status.

    None is begun after so many seconds.
    """
    began, sums, wrong, done = time.monotonic(), Counter[str](), 0, 0
    slowest = Times(0, 0, 0)
    with closing(Nursery(clean_environ())) as nursery:
        for done, (plan, verdict, took) in enumerate(lived(range(seed, seed + count), nursery), 1):
            sums["issued"] += verdict.issued
            sums["called"] += verdict.called
            sums["unknown"] += verdict.unknown
            sums["done of these"] += verdict.unknown_done
            sums["shown"] += verdict.shown + verdict.by_snapshot
            sums.update({each.value: verdict.count(each) for each in Wrong})
            sums["faults"] += len(plan.steps)
            slowest = slowest.or_slower(took)
            if verdict.findings:
                wrong += 1
                print(plan.says, flush=True)
                for each in verdict.findings[:20]:
                    print(f"  {each.wrong}: {each.says}", flush=True)
            if time.monotonic() - began > seconds:
                break
            if done % 25 == 0:
                print(f"{done} schedules, {time.monotonic() - began:.0f} s", file=sys.stderr)
    told = ", ".join(f"{name} {number}" for name, number in sums.items())
    print(
        f"{done} schedules from seed {seed}, {wrong} with findings: {told}; slowest answer "
        f"{slowest.answer:.1f} s, slowest screen {slowest.screen:.1f} s, right again after "
        f"{slowest.right:.1f} s at most; {time.monotonic() - began:.0f} s"
    )
    return 1 if wrong else 0


def end(*_signal: object) -> None:
    """End so that all that was started ends, too."""
    raise SystemExit(1)


def main() -> None:
    """Make each fault that is asked for, in each kind of house it suits, and print the table."""
    known = faults()
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("names", nargs="*", help=f"of {', '.join(known)}; all without it")
    asked.add_argument("--house", type=Kind, choices=list(Kind), action="append")
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--schedules", type=int, default=0, help="random schedules instead, so many")
    asked.add_argument("--seconds", type=float, default=7200, help="begin none after so many")
    given = asked.parse_args()
    if unknown := set(given.names) - set(known):
        asked.error(f"unknown: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, end)
    if given.schedules:
        raise SystemExit(at_random(given.seed, given.schedules, given.seconds))
    findings = 0
    print(f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}", sep="\n", flush=True)
    with closing(Nursery(clean_environ())) as nursery:
        for kind in given.house or Kind:
            wanted = [
                each
                for each in known.values()
                if kind in each.kinds and (not given.names or each.name in given.names)
            ]
            if not wanted:
                continue
            with ExitStack() as stack:
                try:
                    made = stack.enter_context(house(kind, nursery))
                except (NoHosts, NotFrail) as reason:
                    print(f"{kind}: not on this machine: {reason}", file=sys.stderr)
                    continue
                for fault in wanted:
                    chance = random.Random(f"{given.seed} {fault.name}")
                    party = Party(copies=fault.copies, pace=fault.pace)
                    _, verdict, took = suffer(made, fault, chance, party)
                    print(row(fault.name, kind, verdict, took), flush=True)
                    if made.network is not None and verdict.unknown:
                        # what somebody gave up is on its way yet, and must not come amid the next
                        time.sleep(UNDER_WAY)
                    findings += 0 if fault.loses else len(verdict.findings)
                    for each in verdict.findings[:20]:
                        print(f"{fault.name}: {each.wrong}: {each.says}", file=sys.stderr)
    raise SystemExit(1 if findings else 0)


if __name__ == "__main__":
    main()
