"""How long reports over years take from summaries: `python -m benchmarks.summaries`.

A few days are made up by `tools.month` for a large office and counted by the same code that counts
at every close. Their tallies, each multiplied to the tickets of a large day, stand in turn for the
working days of ten years, gathered into months and years as at every close. So the summaries are as
wide as real ones; the tickets of those years themselves are not written.
"""

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from app import migrations
from app.sample import make_sample
from office import figures, summaries
from office.place import Office, the_office
from office.summaries_day import count_day
from office.summaries_tally import Tally
from storage.engine import sqlite_url
from storage.work import Store
from tools.month import make_past

#: The day before which the made-up days lie, and the ten years.
BEFORE = date(2026, 1, 5)
YEARS = range(2016, 2026)
#: Tickets of a year.
A_YEAR = 1_000_000
RUNS = 7


def made_up_days(store: Store) -> list[dict[str, Tally]]:
    """Return the tallies of some made-up days, one week of them."""
    with store.work() as work:
        office = the_office(work)
        make_past(work, office, BEFORE, days=5, visitors=320)
        office.open_day = date(2026, 1, 5)
    with store.read() as work:
        office = the_office(work)
        return [count_day(work, office, BEFORE - timedelta(days=back)) for back in range(3, 8)]


def working_days(year: int) -> list[date]:
    """Return the days of a year from Monday to Friday."""
    return [
        day
        for offset in range(366)
        if (day := date(year, 1, 1) + timedelta(days=offset)).year == year and day.weekday() < 5
    ]


def write_years(
    store: Store, days: list[dict[str, Tally]], years: range = YEARS, a_year: int = A_YEAR
) -> tuple[int, int]:
    """Write years of summaries; return the days and the tickets they stand for."""
    count = tickets = 0
    for year in years:
        working = working_days(year)
        with store.work() as work:
            office = work.session.get_one(Office, the_office(work).id)
            for day in working:
                week = days[day.weekday()]
                times = round(a_year / len(working) / max(week[""].all["tickets"], 1))
                made = {}
                for service, tally in week.items():
                    made[service] = Tally()
                    one = tally.packed()
                    for _ in range(times):
                        made[service].merge(one)
                summaries.add_summaries(work, office.id, summaries.DAY, day, made)
                count += 1
                tickets += made[""].all["tickets"]
            summaries.roll_up(work, office, date(year + 1, 1, 5))
    return count, tickets


def timed(store: Store, first: date, last: date) -> dict[str, Any]:
    """Return the milliseconds a report of some days takes: median, lowest, highest of RUNS."""
    took = []
    found: dict[str, Any] = {}
    for _ in range(RUNS):
        begun = time.perf_counter()
        with store.read() as work:
            found = figures.waiting_report(work, the_office(work), first, last)
        took.append((time.perf_counter() - begun) * 1000)
    return {
        "tickets": found["tickets"],
        "median_ms": round(statistics.median(took), 1),
        "lowest_ms": round(min(took), 1),
        "highest_ms": round(max(took), 1),
    }


def main() -> None:
    """Write ten years and time reports over them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database", help="an empty database; without it a file thrown away")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="antrean-summaries-") as folder:
        store = Store(given.database or sqlite_url(Path(folder) / "antrean.db"))
        migrations.upgrade(store.engine)
        with store.work() as work:
            make_sample(work, datetime(2026, 1, 5, tzinfo=UTC))
        days, tickets = write_years(store, made_up_days(store))
        told = {
            "days": days,
            "tickets": tickets,
            "a calendar year": timed(store, date(2025, 1, 1), date(2025, 12, 31)),
            "a year across two": timed(store, date(2024, 3, 15), date(2025, 3, 14)),
            "ten years": timed(store, date(2016, 1, 1), date(2025, 12, 31)),
            "ten years cut short": timed(store, date(2016, 1, 16), date(2025, 12, 16)),
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
            "database": store.engine.dialect.name,
        }
        store.close()
    json.dump(told, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
