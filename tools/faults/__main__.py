"""Breaks what an installation stands on while it is used, and counts: `python -m tools.faults`.

Each fault is made in the middle of a stretch of a recorded day lived by kiosks, clerks and boards;
then the history checker compares the journal with what they saw. Prints a table; a finding of any
kind ends it with status 1.
"""

import argparse
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tools.faults.breaking import Fault, faults
from tools.faults.clients import Office, Party, at_work
from tools.faults.frail import NotFrail
from tools.faults.history import History, Times, Verdict, Wrong, check, times
from tools.faults.house import House, Kind, house
from tools.faults.network import NoHosts
from tools.faults.schedules import UNDER_WAY, Plan, lived
from tools.nursery import Nursery, clean_environ

#: Seconds the office is used before a fault, and after it was mended.
BEFORE, AFTER = 1.5, 2.0
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


def at_random(seeds: range, seconds: float, log: Path | None) -> int:
    """Live through random schedules and print what came of them; return the exit status.

    None is begun after so many seconds. Each is added to `log` as a line; such as are in it
    already are not lived again, but counted.
    """
    began = time.monotonic()
    lines = list(map(json.loads, log.read_text().splitlines())) if log and log.exists() else []
    done = {each["seed"]: each for each in lines if each["seed"] in seeds}
    left = [seed for seed in seeds if seed not in done]
    kept = log.with_suffix(".kept") if log else None
    with closing(Nursery(clean_environ())) as nursery:
        begun = time.monotonic()
        for plan, verdict, took in lived(left, nursery, kept) if left else ():
            told = line(plan, verdict, took) | {"took": round(time.monotonic() - begun, 1)}
            begun = time.monotonic()
            done[plan.seed] = told
            if log:
                with log.open("a") as opened:
                    opened.write(json.dumps(told) + "\n")
            if verdict.findings:
                print(plan.says, *told["findings"], sep="\n  ", flush=True)
            if time.monotonic() - began > seconds:
                break
            if len(done) % 25 == 0:
                print(f"{len(done)} schedules, {begun - began:.0f} s", file=sys.stderr)
    sums = Counter[str]()
    for each in done.values():
        sums.update(each["counts"])
    print(
        f"{len(done)} schedules of seeds {seeds.start} to {seeds.stop - 1}, "
        f"{sum(bool(each['findings']) for each in done.values())} with findings: "
        f"{', '.join(f'{name} {number}' for name, number in sums.items())}; "
        + ", ".join(
            f"slowest {name} {max((each[name] for each in done.values()), default=0):.1f} s"
            for name in ("answer", "screen", "right again")
        )
        + f"; {sum(each['took'] for each in done.values()):.0f} s"
    )
    return 1 if any(each["findings"] for each in done.values()) else 0


def line(plan: Plan, verdict: Verdict, took: Times) -> dict[str, Any]:
    """Return what came of a schedule as a line of the log."""
    return {
        "seed": plan.seed,
        "house": plan.kind.value,
        "faults": [name for _, name in plan.steps],
        "haste": plan.haste,
        "counts": {
            "faults": len(plan.steps),
            "issued": verdict.issued,
            "called": verdict.called,
            "unknown": verdict.unknown,
            "done of these": verdict.unknown_done,
            "shown": verdict.shown + verdict.by_snapshot,
            **{each.value: verdict.count(each) for each in Wrong},
        },
        "answer": round(took.answer, 2),
        "screen": round(took.screen, 2),
        "right again": round(took.right, 2),
        "findings": [f"{each.wrong}: {each.says}" for each in verdict.findings[:20]],
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": round(os.getloadavg()[0], 1),
    }


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
    asked.add_argument("--log", type=Path, help="a line for each schedule; those in it are done")
    given = asked.parse_args()
    if unknown := set(given.names) - set(known):
        asked.error(f"unknown: {', '.join(sorted(unknown))}")
    signal.signal(signal.SIGTERM, end)
    if given.schedules:
        seeds = range(given.seed, given.seed + given.schedules)
        raise SystemExit(at_random(seeds, given.seconds, given.log))
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
                    if made.network is not None and verdict.unknown and fault is not wanted[-1]:
                        # what somebody gave up is on its way yet, and must not come amid the next
                        time.sleep(UNDER_WAY)
                    findings += 0 if fault.loses else len(verdict.findings)
                    for each in verdict.findings[:20]:
                        print(f"{fault.name}: {each.wrong}: {each.says}", file=sys.stderr)
    raise SystemExit(1 if findings else 0)


if __name__ == "__main__":
    main()
