"""Fixtures of an office: a fixed clock, a store on each database, the office at work, a server."""

import shutil
import signal
import sqlite3
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import event, make_url

from app import migrations
from app.factory import create_app
from app.sample import SampleOffice, make_sample
from app.settings import Settings
from office import calling, passwords, reception, serving
from office import closing as ending
from office.desks import Desk, desk_at
from office.people import Actor, Role, actor_of_token
from office.place import Office, the_office
from office.tickets import Ticket
from office.turn import take_turn
from storage.engine import sqlite_url
from storage.work import Store, Work
from tests.services import QUICKLY, free_port
from tools.nursery import QUICK, Born, Nursery, clean_environ, initialised

# Hashing a password takes as long as an attacker is to be kept busy; tests hash thousands.
passwords._hasher = QUICK

#: Wednesday 25 November 2026, 09:00 in Lombok.
MORNING = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)

#: Deletes the rows of all tables of a database on PostgreSQL, and lets their ids begin anew.
EMPTY = """
DO $$ DECLARE name text; BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND tablename <> 'alembic_version'
  LOOP
    EXECUTE 'DELETE FROM ' || quote_ident(name);
  END LOOP;
  PERFORM setval(quote_ident(sequencename)::regclass, start_value, false)
    FROM pg_sequences WHERE last_value IS NOT NULL;
END $$"""


@dataclass
class FixedClock:
    """A clock that moves only when told."""

    moment: datetime = MORNING

    def now(self) -> datetime:
        """Return the moment it stands at."""
        return self.moment

    def advance(self, **spans: float) -> datetime:
        """Move on by timedelta(**spans) and return the new moment."""
        self.moment += timedelta(**spans)
        return self.moment


@pytest.fixture
def clock() -> FixedClock:
    """A clock at MORNING."""
    return FixedClock()


@pytest.fixture(scope="session")
def blank_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database to copy."""
    path = tmp_path_factory.mktemp("blank") / "antrean.db"
    with closing(Store(sqlite_url(path))) as made:
        migrations.upgrade(made.engine)
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A migrated, empty store on each database."""
    if request.param == "sqlite":
        path = tmp_path / "antrean.db"
        blank = sqlite3.connect(request.getfixturevalue("blank_sqlite"))
        with closing(blank), closing(sqlite3.connect(path)) as copy:
            blank.backup(copy)
        opened = hurried(Store(sqlite_url(path)))
    else:
        opened = Store(request.getfixturevalue("lent_postgresql"))
        empty(opened)
    yield opened
    opened.close()


def hurried(opened: Store) -> Store:
    """Return the store on SQLite, which now need not survive a power cut."""

    @event.listens_for(opened.engine, "connect")
    def hurry(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return opened


def empty(opened: Store) -> None:
    """Leave of a store on PostgreSQL its tables only, as if it were new."""
    with opened.engine.begin() as connection:
        connection.exec_driver_sql(EMPTY)


@pytest.fixture(scope="session")
def shared_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A migrated store on SQLite that many tests share."""
    opened = hurried(Store(sqlite_url(tmp_path_factory.mktemp("offices") / "antrean.db")))
    migrations.upgrade(opened.engine)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def shared_postgresql(postgres: str) -> Iterator[Store]:
    """A migrated store on PostgreSQL that many tests share."""
    opened = Store(migrated_postgresql(postgres))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def lent_postgresql(postgres: str) -> str:
    """The address of a migrated database that one test after the other has for itself."""
    return migrated_postgresql(postgres)


def migrated_postgresql(server: str) -> str:
    """Make a migrated, empty database and return its address."""
    name = f"offices{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" {QUICKLY}'.encode())
    url = make_url(server).set(drivername="postgresql+psycopg", database=name)
    address = url.render_as_string(hide_password=False)
    with closing(Store(address)) as made:
        migrations.upgrade(made.engine)
    return address


@dataclass
class Staffed:
    """The sample office at work: every verb in a unit of work of its own."""

    store: Store
    clock: FixedClock
    sample: SampleOffice
    office_id: int
    actors: dict[str, Actor] = field(default_factory=dict)

    def in_turn(self, act: Callable[[Work, Office], Any]) -> Any:
        """Do `act` within the office's turn."""
        with self.store.work() as work:
            return act(work, take_turn(work, self.office_id, self.clock.now()))

    def read(self, look: Callable[[Work, Office], Any]) -> Any:
        """Look without the turn."""
        with self.store.read() as work:
            return look(work, work.session.get_one(Office, self.office_id))

    def change(self, **values: Any) -> None:
        """Set columns of the office's row."""

        def act(_work: Work, office: Office) -> None:
            for name, value in values.items():
                setattr(office, name, value)

        self.in_turn(act)

    def take(self, service: str = "A", priority: str | None = None, locale: str = "id") -> str:
        """Take a ticket and return its label."""
        return self.take_with_token(service, priority, locale)[0]

    def take_with_token(
        self, service: str = "A", priority: str | None = None, locale: str = "id"
    ) -> tuple[str, str]:
        """Take a ticket and return its label and secret."""

        def act(work: Work, office: Office) -> tuple[str, str]:
            ticket, token = reception.take(
                work,
                office,
                self.actors["kiosk"],
                self.clock.now(),
                service,
                priority,
                locale,
            )
            return ticket.label, token

        label, token = self.in_turn(act)
        return label, token

    def at(self, counter: int, verb: Callable[..., Any], *values: Any) -> Any:
        """Do a counter's verb as its clerk; return the label of the ticket it was about."""

        def act(work: Work, office: Office) -> Any:
            desk: Desk = desk_at(work, office, self.actors[str(counter)], self.clock.now(), counter)
            said = verb(desk, *values)
            ticket = said[0] if isinstance(said, tuple) else said
            return ticket.label if isinstance(ticket, Ticket) else ticket

        return self.in_turn(act)

    def next(self, counter: int = 1) -> str:
        """Call whoever is next and return the label."""
        label: str = self.at(counter, calling.call_next)
        return label

    def serve(self, counter: int = 1) -> str:
        """Call, start and finish the next visit; return the label."""
        label = self.next(counter)
        self.at(counter, serving.start)
        self.at(counter, serving.finish)
        return label

    def status(self, label: str) -> str:
        """Return the status of the newest ticket with this label."""

        def look(work: Work, _office: Office) -> str:
            return (
                work.session.query(Ticket)
                .filter_by(office_id=self.office_id, label=label)
                .order_by(Ticket.id.desc())
                .first()
                .status  # type: ignore[union-attr]
            )

        status: str = self.read(look)
        return status

    def close_day(self) -> int:
        """Close the day as the manager; return how many tickets expired."""
        expired: int = self.in_turn(
            lambda work, office: ending.close_day(
                work, office, self.actors["manager"], self.clock.now()
            )
        )
        return expired


def staff(store: Store, clock: FixedClock) -> Staffed:
    """Make the sample office in `store` and return it at work."""
    with store.work() as work:
        sample = make_sample(work, clock.now())
    with store.read() as work:
        office_id = the_office(work).id
        actors = {}
        for name, token in {**sample.tokens, **sample.tokens["clerks"]}.items():
            if isinstance(token, str):
                actor = actor_of_token(work, token)
                assert actor is not None
                actors[name] = actor
    assert actors["kiosk"].role is Role.KIOSK
    return Staffed(store, clock, sample, office_id, actors)


@pytest.fixture
def staffed(store: Store, clock: FixedClock) -> Staffed:
    """The sample office at work, on each database."""
    return staff(store, clock)


@dataclass
class Client:
    """A program that speaks the API as one holder of a token."""

    flask: FlaskClient

    def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: Any = None,
        **headers: str,
    ) -> tuple[int, Any]:
        """Send a request; return the status and the answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        answer = self.flask.open(f"/api/v1{path}", method=method, json=body, headers=sent)
        return answer.status_code, answer.get_json(silent=True)


@pytest.fixture
def client(staffed: Staffed, tmp_path: Path) -> Client:
    """The API of the sample office, in this process, without background tasks."""
    app = create_app(Settings(data=tmp_path / "files", database=staffed.store.url), staffed.clock)
    app.extensions["antrean"].store.close()
    app.extensions["antrean"].store = staffed.store
    return Client(app.test_client())


@dataclass
class Server:
    """A real server in a process of its own, with the sample office."""

    data: Path
    port: int
    tokens: dict[str, Any]
    environ: dict[str, str]
    nursery: Nursery
    process: Born | None = None

    @property
    def url(self) -> str:
        """The server's address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> "Server":
        """Start it and wait until it answers."""
        self.process = self.nursery.run(
            ["serve", "--data", str(self.data), "--port", str(self.port)],
            self.environ,
            self.data / "server.log",
        )
        end = time.monotonic() + 60
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urlopen(f"{self.url}/healthz", timeout=10):
                    return self
            except (URLError, OSError):
                time.sleep(0.02)
        raise AssertionError((self.data / "server.log").read_text())

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to stop, and wait."""
        self._end(signal.SIGTERM)

    def ask(
        self,
        method: str,
        path: str,
        token: str | None = None,
        body: Any = None,
        **headers: str,
    ) -> tuple[int, Any]:
        """Send a request to the API; return the status and the answer."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        answer = requests.request(
            method, f"{self.url}/api/v1{path}", json=body, headers=sent, timeout=30
        )
        return answer.status_code, answer.json()

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)
            self.process.wait(15)
        self.process = None


@pytest.fixture(scope="session")
def installation(
    tmp_path_factory: pytest.TempPathFactory, nursery: Nursery
) -> tuple[Path, dict[str, Any]]:
    """An installation on SQLite to copy, made once since passwords take long to hash."""
    data = tmp_path_factory.mktemp("installation") / "data"
    return data, initialised(nursery, data, clean_environ())


@pytest.fixture
def make_server(
    tmp_path: Path, installation: tuple[Path, dict[str, Any]], nursery: Nursery
) -> Iterator[Callable[..., Server]]:
    """Make servers, each with an installation of its own; all are stopped at the end."""
    made: list[Server] = []

    def make(database: str = "", **settings: str) -> Server:
        data = tmp_path / f"server{len(made)}"
        environ = clean_environ()
        environ |= {f"ANTREAN_{name.upper()}": value for name, value in settings.items()}
        if database:
            environ["ANTREAN_DATABASE"] = database
            tokens = initialised(nursery, data, environ)
        else:
            shutil.copytree(installation[0], data)
            tokens = installation[1]
        made.append(Server(data, free_port(), tokens, environ, nursery))
        return made[-1].start()

    yield make
    for each in made:
        each.kill()


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    """A running server on SQLite with the sample office."""
    return make_server()
