"""The command `antrean purge`, and the purge of all offices that it and every restore do."""

import json
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select

from app.installation import DATA, settings_of
from office import purging
from office.clock import SystemClock
from office.place import Office, the_office
from office.turn import take_turn
from storage.work import Store
from surveys.purges import PURGES


def purge_all(store: Store, now: datetime) -> dict[str, dict[str, int]]:
    """Purge every office; return how many rows of what were deleted or blanked, by office."""
    gone = {}
    for code, overdue in left(store, now).items():
        if overdue:
            with store.work() as work:
                office = take_turn(work, the_office(work, code).id, now)
                gone[code] = purging.purge(work, office, now, PURGES)
    return gone


def left(store: Store, now: datetime) -> dict[str, dict[str, int]]:
    """Return how many rows of what are past their time and still there, by office."""
    with store.read() as work:
        offices = work.session.scalars(select(Office).order_by(Office.id)).all()
        return {each.code: purging.left(work, each, now, PURGES) for each in offices}


@click.command("purge")
@DATA
@click.option("--prove", is_flag=True, help="Delete nothing; say what is past its time.")
def purge(data: Path | None, prove: bool) -> None:
    """Delete personal data whose time is over, which the server does by itself once a day.

    With --prove, print what is past its time and still there, as JSON, and end with status 1 where
    there is any.
    """
    store, now = Store(settings_of(data=data).database_url), SystemClock().now()
    try:
        if not prove:
            click.echo(json.dumps(purge_all(store, now)))
            return
        overdue = left(store, now)
    finally:
        store.close()
    click.echo(json.dumps(overdue))
    if any(overdue.values()):
        raise SystemExit(1)
