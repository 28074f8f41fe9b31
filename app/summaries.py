"""The command `antrean summaries`: past days in short, written anew, or checked."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import click
from sqlalchemy import select

from app.installation import DATA, opened, settings_of
from office.place import Office
from office.summaries import differences, rebuild

DAYS = [
    click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="First day."),
    click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), help="Last day."),
]


def of_days(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take a first and a last day; without them it is about all days."""
    for option in DAYS:
        command = option(command)
    return command


@click.group()
def summaries() -> None:
    """The summaries that reports of past days are read from."""


@summaries.command("rebuild")
@DATA
@of_days
@click.option("--missing", is_flag=True, help="Only days that have none.")
def rebuild_them(data: Path | None, first: date | None, last: date | None, missing: bool) -> None:
    """Write the summaries of closed days anew, from their steps and the journal."""
    first, last = _in_order(first, last)
    store = opened(settings_of(data=data))
    with store.read() as work:
        offices = work.session.execute(select(Office.id, Office.code).order_by(Office.id)).all()
    for office_id, code in offices:
        count = rebuild(store, office_id, first, last, only_missing=missing)
        click.echo(f"{code}: {count} days written")
    store.close()


@summaries.command("check")
@DATA
@of_days
def check_them(data: Path | None, first: date | None, last: date | None) -> None:
    """Compare the summaries with what their days' rows tell; end with 1 where they differ."""
    first, last = _in_order(first, last)
    store = opened(settings_of(data=data))
    found = []
    with store.read() as work:
        for office in work.session.scalars(select(Office).order_by(Office.id)):
            found += [f"{office.code}: {each}" for each in differences(work, office, first, last)]
    store.close()
    for each in found:
        click.echo(each)
    if found:
        raise SystemExit(1)
    click.echo("all summaries are right")


def _in_order(first: date | None, last: date | None) -> tuple[date, date]:
    # click gives datetimes, which are dates too, but do not compare with them
    begins = date(first.year, first.month, first.day) if first else date.min
    ends = date(last.year, last.month, last.day) if last else date.max
    if ends < begins:
        raise click.ClickException("--to lies before --from")
    return begins, ends
