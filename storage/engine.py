"""Opening the database: SQLite made durable and honest about transactions, or PostgreSQL."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

#: Execution option that marks a transaction as one that writes.
WRITES = "antrean_writes"

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA cache_size=-65536",
)


def open_engine(url: str) -> Engine:
    """Return an engine for `url` (sqlite:///path or postgresql+psycopg://...).

    SQLite runs in WAL with synchronous=FULL, so that a printed ticket survives a power cut, and
    begins writing transactions with BEGIN IMMEDIATE. What was to be written is in no message of an
    error, for those reach the log.
    """
    if make_url(url).get_backend_name() != "sqlite":
        return create_engine(
            url,
            hide_parameters=True,
            pool_size=16,
            max_overflow=32,
            pool_pre_ping=True,
            pool_timeout=15,
        )
    engine = create_engine(
        url,
        hide_parameters=True,
        connect_args={"check_same_thread": False, "timeout": 10},
        pool_size=16,
        max_overflow=64,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in SQLITE_PRAGMAS:
            connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def sqlite_url(file: Path) -> str:
    """Return the address of the SQLite database in `file`."""
    return f"sqlite:///{file.resolve()}"
