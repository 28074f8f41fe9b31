"""The commands `antrean backup` and `antrean restore`."""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import click

from app import migrations
from app.backup import (
    KEPT_HERE,
    BackupWrong,
    back_up,
    backups_in,
    bring_up,
    clear_up,
    drop_old,
    made_at,
    note_result,
    restore,
    result_in,
)
from app.copying import delay, restore_database, restore_files
from app.installation import DATA, settings_of
from app.settings import Settings
from office.clock import SystemClock
from storage.work import Store
from web.house import Safekeeping

#: A backup is due when the newest is so old; not quite a day, so that the hour stays the same.
DUE = timedelta(hours=23)


@click.command("backup")
@DATA
@click.option("--to", "folder", type=click.Path(path_type=Path), help="Folder to write it to.")
@click.option("--daily", is_flag=True, help="Only if a day has passed; drop the oldest.")
def backup(data: Path | None, folder: Path | None, daily: bool) -> None:
    """Write everything of the installation to one file, and prove that it can be restored.

    The server may go on meanwhile. The file's name is printed.
    """
    settings = settings_of(data=data, backups=folder)
    place, now = settings.backup_folder, SystemClock().now()
    store = Store(settings.database_url)
    try:
        if not settings.data.is_dir() or migrations.current(store.engine) is None:
            raise click.ClickException(f"there is no installation in {settings.data}")
        with _alone(place) as alone:
            if daily and (not alone or not settings.backups_kept or not is_due(place, now)):
                return
            if not alone:
                raise click.ClickException("another backup is being made at this moment")
            clear_up(place)
            made = back_up(store.engine, settings.data, place, now)
            if daily:
                drop_old(place, settings.backups_kept)
        note_result(place, now)
        click.echo(made)
    except (BackupWrong, OSError) as error:
        with contextlib.suppress(OSError):
            note_result(place, now, str(error))
        raise click.ClickException(f"no backup was made: {error}") from error
    finally:
        store.close()


def safekeeping(settings: Settings) -> Safekeeping:
    """Return how the installation is kept safe."""
    folder = settings.backup_folder
    tried_at, wrong = result_in(folder) or (None, None)
    return Safekeeping(
        folder,
        tuple((made_at(file), file.stat().st_size) for file in backups_in(folder)),
        tried_at,
        wrong,
        settings.backups_kept,
        settings.copy_to,
        delay(settings),
    )


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@DATA
def restored(file: Path, data: Path | None) -> None:
    """Bring an installation back from FILE into an empty folder and an empty database.

    FILE is a backup, or the folder of a continuous copy.
    """
    settings = settings_of(data=data)
    there = {each.name for each in settings.data.iterdir()} if settings.data.is_dir() else set()
    if there - set(KEPT_HERE):
        raise click.ClickException(
            f"{settings.data} is not empty; name another with --data, so that nothing is lost"
        )
    if file.is_dir():
        _restore_copy(settings, file)
        return
    try:
        manifest = restore(file, settings.data, settings.database_url, SystemClock().now())
    except (BackupWrong, OSError) as error:
        raise click.ClickException(f"nothing was restored: {error}") from error
    click.echo(
        f"restored as of {manifest.made_at.astimezone():%Y-%m-%d %H:%M %Z} into {settings.data}"
    )
    for code, version in manifest.versions.items():
        click.echo(f"  {code}: journal up to {version}")


def _restore_copy(settings: Settings, copy: Path) -> None:
    """Bring an installation back from a continuous copy."""
    if settings.database:
        raise click.ClickException("a continuous copy is brought back into SQLite only")
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        copied_at = restore_database(copy, settings.data / "antrean.db")
        restore_files(copy, settings.data)
        bring_up(settings.database_url, SystemClock().now())
    except (BackupWrong, OSError) as error:
        raise click.ClickException(f"nothing was restored: {error}") from error
    click.echo(f"restored as of {copied_at.astimezone():%Y-%m-%d %H:%M:%S %Z} into {settings.data}")


def is_due(folder: Path, now: datetime) -> bool:
    """Say whether the newest backup in `folder` is about a day old, or there is none."""
    newest = next(iter(backups_in(folder)), None)
    return newest is None or now - made_at(newest) >= DUE


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Say whether no other process of this machine makes a backup in `folder`, and keep it so."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        yield False
    else:
        yield True
    finally:
        os.close(lock)
