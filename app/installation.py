"""Opening an installation for a command: its settings, and its database brought up to date."""

import os
import time
from pathlib import Path
from typing import Any

import click
from alembic.util import CommandError
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from app import migrations
from app.backup import BackupWrong, back_up, backups_in
from app.settings import Settings, SettingsWrong, load
from office.clock import SystemClock
from storage.work import Store

#: Seconds for which a server that starts waits for its database, and between two tries.
PATIENCE = 60.0
AGAIN = 0.5

DATA = click.option("--data", type=click.Path(path_type=Path), help="Folder of the installation.")


def settings_of(**given: Any) -> Settings:
    """Read the settings, or end with a plain sentence."""
    try:
        return load(dict(os.environ), **given)
    except SettingsWrong as error:
        raise click.ClickException(str(error)) from error


def opened(settings: Settings) -> Store:
    """Open the store of an installation, its database brought up to date, after a backup."""
    settings.data.mkdir(parents=True, exist_ok=True)
    store = Store(settings.database_url)
    if migrations.current(store.engine) != migrations.newest():
        keep_before_change(settings, store)
        bring_to_shape(settings, store)
    return store


def await_database(settings: Settings) -> None:
    """Wait for a database server that is away or just starting, or end with a plain sentence."""
    store = Store(settings.database_url)
    end, told = time.monotonic() + PATIENCE, False
    while True:
        try:
            with store.engine.connect():
                break
        except OperationalError as error:
            said = str(error.orig).strip()
            if time.monotonic() > end:
                raise click.ClickException(f"the database does not answer: {said}") from error
            if not told:
                click.echo(f"waiting for the database: {said}", err=True)
            told = True
            time.sleep(AGAIN)
    store.close()


def bring_to_shape(settings: Settings, store: Store, down: str | None = None) -> None:
    """Give the database the shape this program needs, or that of `down`; or end with a sentence."""
    try:
        if down:
            migrations.downgrade(store.engine, down)
        else:
            migrations.upgrade(store.engine)
    except CommandError as error:
        raise click.ClickException(
            f"the database has a shape that this version does not know ({error}); install the"
            " version that was here before, or restore a backup with it"
        ) from error
    except SQLAlchemyError as error:
        newest = next(iter(backups_in(settings.backup_folder)), None)
        raise click.ClickException(
            f"the database could not be given its new shape: {getattr(error, 'orig', error)}."
            + (f" The backup made before is {newest}" if newest else "")
        ) from error


def keep_before_change(settings: Settings, store: Store) -> None:
    """Back an older database up before its shape is changed, or end with a plain sentence."""
    at = migrations.current(store.engine)
    if at is None or at == migrations.newest() or at not in migrations.known():
        return
    try:
        file = back_up(store.engine, settings.data, settings.backup_folder, SystemClock().now())
    except (BackupWrong, OSError) as error:
        raise click.ClickException(
            f"the database needs a new shape, but no backup of it can be made: {error}"
        ) from error
    click.echo(f"backed up as {file} before the database gets its new shape", err=True)
