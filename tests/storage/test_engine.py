"""The opened database: SQLite made durable and strict, PostgreSQL as it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from storage.engine import WRITES, is_away, open_engine, sqlite_url


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An SQLite database."""
    opened = open_engine(sqlite_url(tmp_path / "antrean.db"))
    yield opened
    opened.dispose()


def test_a_printed_ticket_survives_a_power_cut(engine: Engine) -> None:
    with engine.connect() as connection:
        pragmas = [
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert pragmas == ["wal", 2, 1, 10_000]


def test_every_connection_is_prepared(engine: Engine) -> None:
    with engine.connect() as first, engine.connect() as second:
        for connection in (first, second):
            assert connection.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_a_writing_transaction_has_the_lock_from_its_beginning(engine: Engine) -> None:
    begun: list[str] = []
    with engine.connect() as connection:
        connection.connection.driver_connection.set_trace_callback(begun.append)  # type: ignore[union-attr]
        connection.execute(text("SELECT 1"))
        connection.rollback()
        writing = connection.execution_options(**{WRITES: True})
        writing.execute(text("SELECT 1"))
        writing.rollback()
    assert [each for each in begun if each.startswith("BEGIN")] == ["BEGIN", "BEGIN IMMEDIATE"]


def test_a_files_address_is_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert sqlite_url(Path("instance/antrean.db")) == f"sqlite:///{tmp_path}/instance/antrean.db"


def test_postgresql_opens_with_its_own_driver() -> None:
    engine = open_engine("postgresql+psycopg://office@localhost/antrean")
    assert (engine.dialect.name, engine.driver) == ("postgresql", "psycopg")
    engine.dispose()


def test_what_was_to_be_written_is_in_no_message(database_url: str) -> None:
    opened = open_engine(database_url)
    with opened.connect() as connection, pytest.raises(SQLAlchemyError) as refused:
        connection.execute(text("INSERT INTO nowhere (name) VALUES (:name)"), {"name": "Siti"})
    opened.dispose()
    assert "nowhere" in str(refused.value)
    assert "Siti" not in str(refused.value)


def test_postgresql_is_waited_for_as_its_address_says_or_else_for_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, Any]] = []

    def connect(*_where: Any, **how: Any) -> None:
        asked.append(how)
        raise psycopg.OperationalError("no route")

    monkeypatch.setattr(psycopg, "connect", connect)
    engine = open_engine("postgresql+psycopg://office@far/antrean?connect_timeout=9")
    with pytest.raises(OperationalError) as met:
        engine.connect()
    assert is_away(met.value)
    assert (asked[0]["connect_timeout"], asked[0]["tcp_user_timeout"]) == ("9", 6000)
    assert "lock_timeout=10000" in asked[0]["options"]


def test_a_database_that_refuses_is_not_away(engine: Engine) -> None:
    with engine.connect() as connection, pytest.raises(OperationalError) as met:
        connection.execute(text("SELECT * FROM nowhere"))
    assert not is_away(met.value)


def test_who_waits_for_a_turn_too_long_is_told(postgres_url: str) -> None:
    """A server that hangs within its turn holds up the others for a while, not for ever."""
    holder, waiter = (
        open_engine(postgres_url),
        open_engine(f"{postgres_url}&options=-c%20lock_timeout%3D200"),
    )
    with holder.begin() as first:
        first.execute(text("CREATE TABLE turns (id int)"))
    with holder.begin() as first:
        first.execute(text("LOCK turns"))
        with waiter.connect() as second, pytest.raises(OperationalError) as met:
            second.execute(text("SELECT * FROM turns"))
    assert not is_away(met.value)
    holder.dispose()
    waiter.dispose()
