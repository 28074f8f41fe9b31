"""Bringing a database to the newest shape, or back, with Alembic."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

SCRIPTS = Path(__file__).resolve().parent.parent / "storage" / "migrations"


def configured(engine: Engine) -> Config:
    """Return Alembic's configuration for the database of `engine`."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to `revision`."""
    command.upgrade(configured(engine), revision)


def downgrade(engine: Engine, revision: str = "base") -> None:
    """Take the database back to `revision`."""
    command.downgrade(configured(engine), revision)


def current(engine: Engine) -> str | None:
    """Return the revision the database stands at, or nothing when it is empty."""
    with engine.connect() as connection:
        return current_of(connection)


def current_of(connection: Connection) -> str | None:
    """Return the revision the database stands at, within a transaction that is open already."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _scripts() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return ScriptDirectory.from_config(config)


def known() -> set[str]:
    """Return the revisions that this version of the program knows."""
    return {each.revision for each in _scripts().walk_revisions()}


@cache
def newest() -> str | None:
    """Return the revision this version of the program needs."""
    return _scripts().get_current_head()
