"""The command `antrean offices`: every office of this installation at one glance."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from sqlalchemy import select

from app.backup import backups_in, made_at
from app.installation import DATA, opened, settings_of
from office import figures, hours
from office.clock import SystemClock
from office.place import Office, counters_of
from storage.work import Store


def at_a_glance(store: Store, now: datetime) -> list[dict[str, Any]]:
    """Return of each office whether it is open, how many wait, and the longest wait in seconds."""
    with store.read() as work:
        found = []
        for office in work.session.scalars(select(Office).order_by(Office.code)):
            counters = counters_of(work, office.id)
            day = figures.today(work, office, now)
            found.append(
                {
                    "office": office.code,
                    "name": office.name("id"),
                    "timezone": office.timezone,
                    "rehearsal": office.rehearsal,
                    **hours.doors(work, office, now),
                    "counters_open": sum(each.is_open for each in counters),
                    "counters": len(counters),
                    "waiting": day["waiting"],
                    "longest_s": day["longest"]["waited_s"] if day["longest"] else None,
                }
            )
        return found


@click.command("offices")
@DATA
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def offices(data: Path | None, as_json: bool) -> None:
    """Tell of every office whether it is open and who waits, and how old the newest backup is."""
    settings, now = settings_of(data=data), SystemClock().now()
    store = opened(settings)
    try:
        found = at_a_glance(store, now)
    finally:
        store.close()
    newest = next(iter(backups_in(settings.backup_folder)), None)
    kept = made_at(newest) if newest is not None else None
    if as_json:
        told = {"offices": found, "backup": kept.isoformat() if kept else None}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    row = "{:24} {:34} {:>9} {:>8} {:>12}"
    click.echo(row.format("office", "state", "counters", "waiting", "longest wait"))
    for each in found:
        longest = "" if each["longest_s"] is None else f"{each['longest_s'] // 60} min"
        counters = f"{each['counters_open']}/{each['counters']}"
        click.echo(row.format(each["office"], _state(each), counters, each["waiting"], longest))
    click.echo("no backup yet" if kept is None else f"newest backup: {_age(now, kept)} old")


def _state(told: dict[str, Any]) -> str:
    """Return in words whether an office is open."""
    if told["rehearsal"]:
        return "rehearses"
    if told["open"]:
        return "open"
    if told["opens_at"] is None:
        return "closed, no hours ahead"
    opens = datetime.fromisoformat(told["opens_at"]).astimezone(ZoneInfo(told["timezone"]))
    return f"closed, opens {opens:%Y-%m-%d %H:%M}"


def _age(now: datetime, then: datetime) -> str:
    hours_old = int((now - then).total_seconds()) // 3600
    return f"{hours_old // 24} days" if hours_old >= 48 else f"{hours_old} hours"
