"""Opening an installation for a command: its settings, and its database brought up to date."""

import os
from pathlib import Path
from typing import Any

import click

from app import migrations
from app.backup import BackupWrong, back_up
from app.settings import Settings, SettingsWrong, load
from office.clock import SystemClock
from storage.work import Store

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
    keep_before_change(settings, store)
    migrations.upgrade(store.engine)
    return store


def keep_before_change(settings: Settings, store: Store) -> None:
    """Back an older database up before its shape is changed, or end with a plain sentence."""
    at = migrations.current(store.engine)
    if at is None or at == migrations.newest():
        return
    try:
        file = back_up(store.engine, settings.data, settings.backup_folder, SystemClock().now())
    except (BackupWrong, OSError) as error:
        raise click.ClickException(
            f"the database needs a new shape, but no backup of it can be made: {error}"
        ) from error
    click.echo(f"backed up as {file} before the database gets its new shape", err=True)
