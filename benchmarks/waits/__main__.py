"""Compare wait estimates: `python -m benchmarks.waits [DIR] [--simulated] [--json]`.

DIR holds recordings of queues; files of other shapes are skipped, with the reason. Without it the
recorded day that comes with Antrean is read. Without it, or with --simulated, made-up offices
compete as well. All figures but n and coverage are minutes.
"""

import argparse
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import app.replay
from app.replay.shapes import NotADay
from benchmarks.waits import simulated
from benchmarks.waits.contest import ESTIMATORS, Result, contest, gain
from benchmarks.waits.recordings import Recording, read_folder

#: The folder of the recorded day that comes with Antrean.
SHIPPED = Path(app.replay.__file__).parent / "days"
COLUMNS = {
    "n": "n",
    "mae": "mean error",
    "bias": "bias",
    "pinball50": "pinball 0.5",
    "pinball90": "pinball 0.9",
    "coverage90": "coverage of the 90th",
}


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
    try:
        recordings, skipped = read_folder(asked.folder or SHIPPED)
    except NotADay as refusal:
        print(refusal, file=sys.stderr)
        return 2
    if asked.simulated or asked.folder is None:
        recordings += simulated.recordings(asked.days)
    with ProcessPoolExecutor() as processes:
        results = list(processes.map(contest, recordings))
    if asked.json:
        print(json.dumps(as_json(results, skipped), allow_nan=False))
        return 0
    print(table(results))
    print()
    for result in results:
        print(f"- {result.name}, known to {result.resolution['minutes']} min: {summary(result)}")
    for name, why in skipped.items():
        print(f"- skipped {name}: {why}")
    return 0


def as_json(results: list[Result], skipped: dict[str, str]) -> dict[str, Any]:
    """Return everything measured."""
    return {
        "datasets": {each.name: each.all for each in results},
        "with_counter_open": {each.name: each.served for each in results},
        "resolution": {each.name: each.resolution for each in results},
        "skipped": skipped,
    }


def table(results: list[Result]) -> str:
    """Return the figures as a table in Markdown, ours first."""
    rows = [
        "| data set | estimator | " + " | ".join(COLUMNS.values()) + " |",
        "|---|---|" + "---|" * len(COLUMNS),
    ]
    for result in results:
        for name in ESTIMATORS:
            told = (result.all[name][column] for column in COLUMNS)
            cells = ["-" if each is None else str(each) for each in told]
            first = result.name if name == ESTIMATORS[0] else ""
            shown = f"**{name}**" if name == ESTIMATORS[0] else name
            rows.append("| " + " | ".join([first, shown, *cells]) + " |")
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
