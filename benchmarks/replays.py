"""Replays the recordings of a folder one by one: `python -m benchmarks.replays FOLDER`.

Each file's busiest day is lived as fast as the server answers, at a sample office of its own, with
two screens. What is told of each is a row of a table for docs/performance.md; a fault of any ends
the run with status 1.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from app.replay.command import replay_day
from app.replay.days import read_day
from app.replay.shapes import NotADay
from app.replay.summary import Summary
from benchmarks.servers import free_port, office

#: The columns of the table. Duplicated, skipped and lost are numbers and tickets; missed and
#: doubled are calls on a screen; the last two are milliseconds from a clerk's request to a screen.
COLUMNS = (
    *("recording", "day", "visitors", "tickets", "calls", "duplicated", "skipped", "lost"),
    *("missed", "doubled", "p50 ms", "p99 ms"),
)


def row(name: str, summary: Summary) -> str:
    """Return what a replay came to, as a row of the table."""
    screens = summary["screens"]
    values = (
        name,
        summary["recording"]["date"],
        summary["recording"]["visitors"],
        summary["tickets"],
        summary["calls"],
        summary["numbers_duplicated"],
        summary["numbers_skipped"] + summary["journal_gaps"],
        summary["tickets_lost"] + summary["calls_lost"],
        sum(screen["missed"] for screen in screens),
        sum(screen["doubled"] for screen in screens),
        summary["latency_ms"]["p50"],
        summary["latency_ms"]["p99"],
    )
    return f"| {' | '.join(map(str, values))} |"


def replay(path: Path) -> Summary:
    """Replay the recording in `path` at a server of its own. Raises NotADay."""
    day = read_day(path)
    with (
        tempfile.TemporaryDirectory(prefix="antrean-replays-") as folder,
        office(Path(folder) / "data", free_port()) as (url, tokens),
    ):
        return replay_day(url, tokens, day)


def main() -> None:
    """Print the table of a folder, what was left out, and every fault."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    paths = sorted(asked.parse_args().folder.glob("*.csv"))
    faults, replayed = [], 0
    print(f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}", sep="\n")
    for path in paths:
        try:
            summary = replay(path)
        except NotADay as error:
            print(error, file=sys.stderr)
            continue
        replayed += 1
        print(row(path.name, summary), flush=True)
        if not summary["ok"]:
            faults += [f"{path.name}: {fault}" for fault in summary["faults"] or ["not in order"]]
    if not replayed:
        faults.append("no recording of a queue in this folder")
    if faults:
        raise SystemExit("\n".join(faults))


if __name__ == "__main__":
    main()
