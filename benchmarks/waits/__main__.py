"""Compare wait estimates: `python -m benchmarks.waits [DIR] [--simulated] [--json]`.

DIR holds recordings of queues; files of other shapes are skipped, with the reason. Without it, or
with --simulated, made-up offices compete as well. All figures but n and coverage are minutes.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from app.replay.shapes import NotADay
from benchmarks.waits import simulated
from benchmarks.waits.contest import ESTIMATORS, Figures, Result, contest, gain
from benchmarks.waits.recordings import Recording, read_folder


def main(arguments: list[str] | None = None) -> int:
    """Run the contest and print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.waits")
    parser.add_argument("folder", nargs="?", type=Path, metavar="DIR")
    parser.add_argument("--simulated", action="store_true", help="made-up offices, too")
    parser.add_argument("--days", type=int, default=simulated.DAYS, help="days of these offices")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args(arguments)
    recordings: list[Recording] = []
    skipped: dict[str, str] = {}
    if asked.folder is not None:
        try:
            recordings, skipped = read_folder(asked.folder)
        except NotADay as refusal:
            print(refusal, file=sys.stderr)
            return 2
    if asked.simulated or asked.folder is None:
        recordings += simulated.recordings(asked.days)
    results = [contest(each) for each in recordings]
    if asked.json:
        print(json.dumps(as_json(results, skipped), allow_nan=False))
        return 0
    for name, why in skipped.items():
        print(f"skipped {name}: {why}")
    for result in results:
        print(f"\n{result.name}, known to {result.resolution['minutes']} min")
        print(table(result.all))
        print(summary(result))
    return 0


def as_json(results: list[Result], skipped: dict[str, str]) -> dict[str, Any]:
    """Return everything measured."""
    return {
        "datasets": {each.name: each.all for each in results},
        "with_counter_open": {each.name: each.served for each in results},
        "resolution": {each.name: each.resolution for each in results},
        "skipped": skipped,
    }


def table(figures: dict[str, Figures]) -> str:
    """Return the figures of one recording as lines of text."""
    columns = ("n", "mae", "bias", "pinball50", "pinball90", "coverage90")
    rows = [f"{'':22}" + "".join(f"{column:>11}" for column in columns)]
    for name in ESTIMATORS:
        told = (figures[name][column] for column in columns)
        rows.append(f"{name:22}" + "".join(f"{'-' if x is None else x:>11}" for x in told))
    return "\n".join(rows)


def summary(result: Result) -> str:
    """Say by how much the line's error is under that of the best of the others."""
    said = []
    for which, figures in (("all moments", result.all), ("with a counter open", result.served)):
        found = gain(figures)
        if found is not None:
            best, share = found
            over = "under" if share >= 0 else "over"
            said.append(f"{which}: line is {abs(share):.0%} {over} {best}")
    return "; ".join(said) or "nobody was called"


if __name__ == "__main__":
    sys.exit(main())
