"""Setting an office up from its file, and the command `antrean export` that writes it."""

import json
from datetime import datetime
from pathlib import Path

import click
from sqlalchemy import select

from app.installation import DATA, opened, settings_of
from app.plan import SetUp, plan_of, written
from app.plan_parts import Plan, PlanWrong, read_plan
from app.settings import Settings
from office.clock import SystemClock
from office.errors import OfficeError, OfficeUnknown, OfficeUnnamed
from office.place import Office, only_office
from office.turn import take_turn
from storage.work import Store


def set_up(settings: Settings, file: Path, as_json: bool) -> None:
    """Make the office that `file` describes, or change it to that; say what was done."""
    try:
        plan = read_plan(file)
    except PlanWrong as error:
        raise click.ClickException(str(error)) from error
    store, now = opened(settings), SystemClock().now()
    try:
        done = _done(store, plan, now)
    except OfficeError as refused:
        said = ", ".join(f"{name} {value}" for name, value in refused.facts.items())
        raise click.ClickException(
            f"{file}: nothing was changed, for {refused.code} ({said})"
        ) from refused
    finally:
        store.close()
    if as_json:
        told = {"changes": done.changes, "passwords": done.passwords, "tokens": done.tokens}
        click.echo(json.dumps(told))
        return
    for change in done.changes or ["nothing to change"]:
        click.echo(change)
    if done.passwords:
        tell_passwords(done.passwords)
    if done.tokens:
        click.echo("\n  Bearer tokens of the devices, told this once:")
        for name, value in done.tokens.items():
            click.echo(f"    {name}: {value}")


def _done(store: Store, plan: Plan, now: datetime) -> SetUp:
    with store.work() as work:
        there = work.session.scalars(
            select(Office.id).where(Office.code == plan.office.code)
        ).first()
        if there is not None:
            take_turn(work, there, now)
        done = SetUp(work, plan, now)
        done.run()
    return done


@click.command("export")
@DATA
@click.option("--office", "code", help="Code of the office, where there are several.")
def export(data: Path | None, code: str | None) -> None:
    """Print the office as a TOML file that `antrean init --from` sets up again.

    Without passwords, tokens, tickets or answers.
    """
    settings = settings_of(data=data)
    if not settings.data.is_dir():
        raise click.ClickException(f"there is no installation in {settings.data}")
    store = opened(settings)
    try:
        with store.read() as work:
            click.echo(written(plan_of(work, only_office(work, code))), nl=False)
    except OfficeUnknown as error:
        raise click.ClickException("there is no such office") from error
    except OfficeUnnamed as error:
        codes = ", ".join(error.facts["offices"])
        raise click.ClickException(f"say which office: --office with one of {codes}") from error
    finally:
        store.close()


def tell_passwords(passwords: dict[str, str]) -> None:
    """Print generated passwords, once."""
    click.echo("\n  Nama akun dan kata sandi, hanya ditampilkan sekali / Sign-ins, told this once:")
    for name, value in passwords.items():
        click.echo(f"    {name:12} {value}")
