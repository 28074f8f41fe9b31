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
from contextlib import ExitStack, closing

from tools.faults.breaking import Fault, faults
from tools.faults.clients import Office, Party, at_work
from tools.faults.frail import NotFrail
from tools.faults.history import History, Times, Verdict, Wrong, check, times
from tools.faults.house import House, Kind, house
from tools.faults.network import NoHosts
from tools.nursery import Nursery, clean_environ

#: Seconds the office is used before a fault, and after it was mended.
BEFORE, AFTER = 1.5, 2.0
#: Seconds after which a packet that was lost during a fault is sent again at the latest.
UNDER_WAY = 15.0
COLUMNS = ("fault", "house", "issued", "called", "unknown", "done of these", "lost", "doubled",
           "missed", "untrue", "broken", "unanswered", "slowest answer s", "slowest screen s",
           "right again s")  # fmt: skip


def suffer(
    made: House, fault: Fault, chance: random.Random, party: Party
) -> tuple[History, Verdict, Times]:
    """Use a house while a fault is made there and mended; return what came of it."""
    office = Office(made.urls, made.tokens, party, chance, made.screens, made.before_boards())
    with at_work(office):
        time.sleep(BEFORE)
        struck = time.monotonic()
        fault.act(made, chance)
        mended = time.monotonic()
        time.sleep(AFTER)
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
    given = asked.parse_args()
    if unknown := set(given.names) - set(known):
        asked.error(f"unknown: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, end)
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
                    party = Party(copies=fault.copies)
                    _, verdict, took = suffer(made, fault, chance, party)
                    print(row(fault.name, kind, verdict, took), flush=True)
                    if made.network is not None and verdict.unknown:
                        # what somebody gave up is on its way yet, and must not come amid the next
                        time.sleep(UNDER_WAY)
                    findings += len(verdict.findings)
                    for each in verdict.findings[:20]:
                        print(f"{fault.name}: {each.wrong}: {each.says}", file=sys.stderr)
    raise SystemExit(1 if findings else 0)


if __name__ == "__main__":
    main()
