"""Opening the database: SQLite made durable and honest about transactions, or PostgreSQL."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError

#: Execution option that marks a transaction as one that writes.
WRITES = "antrean_writes"

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=10000",
    "PRAGMA cache_size=-65536",
)

#: Milliseconds after which PostgreSQL on another machine counts as away if it says nothing back,
#: and seconds of silence after which it is asked whether it is there.
AWAY, ASKED = 6000, 3
#: Milliseconds that somebody waits for a lock, most of all for an office's turn.
LONGEST_WAIT = 10_000
#: The same for both ends. Without it a server that a cut wire parted from its database would hang
#: for a quarter of an hour, and the database would keep its office's turn for two hours.
POSTGRESQL = {
    "connect_timeout": 3,
    "keepalives_idle": ASKED,
    "keepalives_interval": 1,
    "tcp_user_timeout": AWAY,
    "options": (
        f"-c tcp_keepalives_idle={ASKED} -c tcp_keepalives_interval=1 "
        f"-c tcp_user_timeout={AWAY} -c lock_timeout={LONGEST_WAIT}"
    ),
}


def open_engine(url: str) -> Engine:
    """Return an engine for `url` (sqlite:///path or postgresql+psycopg://...).

    SQLite runs in WAL with synchronous=FULL, so that a printed ticket survives a power cut, and
    begins writing transactions with BEGIN IMMEDIATE. PostgreSQL is waited for as long as POSTGRESQL
    says, or as `url` itself does. What was to be written is in no message of an error, for those
    reach the log.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(
            url,
            hide_parameters=True,
            connect_args={
                name: value for name, value in POSTGRESQL.items() if name not in address.query
            },
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


def is_away(error: Exception) -> bool:
    """Say whether an error means that PostgreSQL cannot be reached, or not any more."""
    return isinstance(error, OperationalError) and getattr(error.orig, "sqlstate", "") is None


def sqlite_url(file: Path) -> str:
    """Return the address of the SQLite database in `file`."""
    return f"sqlite:///{file.resolve()}"
