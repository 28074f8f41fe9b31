"""The commands `antrean audit verify` and `antrean audit seal`."""

from pathlib import Path

import click
from sqlalchemy import select

from app.backup import BackupWrong, backups_in, manifest_of
from app.installation import DATA, settings_of
from office.auditing import noted_seal, seals_of, verify
from office.errors import Invalid
from office.place import Office
from storage.work import Store


@click.group("audit")
def audit() -> None:
    """Prove that nobody altered what is written of the office."""


@audit.command("verify")
@DATA
@click.option(
    "--seal", "seals", multiple=True, metavar="OFFICE:VERSION:SEAL", help="A seal noted elsewhere."
)
def verified(data: Path | None, seals: tuple[str, ...]) -> None:
    """Check the journal of every office, against the seals in the backups too.

    Ends with status 1 where something is wrong.
    """
    settings = settings_of(data=data)
    noted = _noted(seals)
    for file in backups_in(settings.backup_folder):
        try:
            for code, (version, seal) in manifest_of(file).seals.items():
                noted.append((code, version, seal))
        except BackupWrong as error:
            click.echo(f"{file.name}: {error}", err=True)
    store, fine = Store(settings.database_url), True
    try:
        with store.read() as work:
            offices = list(work.session.scalars(select(Office).order_by(Office.id)))
            for unknown in {code for code, *_ in noted} - {each.code for each in offices}:
                fine = False
                click.echo(f"{unknown}: there is a seal of this office, but no such office")
            for office in offices:
                own = [(version, seal) for code, version, seal in noted if code == office.code]
                found = verify(work, office, own)
                fine = fine and found.wrong is None
                if found.wrong is not None:
                    click.echo(f"{office.code}: {found.wrong} at version {found.at}")
                    continue
                since = f", sealed from {found.sealed_from}" if found.sealed_from else ""
                click.echo(
                    f"{office.code}: whole up to version {found.version}{since}; "
                    f"{len(own)} noted seals fit"
                )
    finally:
        store.close()
    if not fine:
        raise SystemExit(1)


@audit.command("seal")
@DATA
def told(data: Path | None) -> None:
    """Print each journal's newest seal, to be kept where nobody of the office can write."""
    store = Store(settings_of(data=data).database_url)
    try:
        with store.read() as work:
            for code, (version, seal) in seals_of(work).items():
                click.echo(f"{code}:{version}:{seal}")
    finally:
        store.close()


def _noted(seals: tuple[str, ...]) -> list[tuple[str, int, str]]:
    try:
        return [
            (code, *noted_seal(rest)) for code, _, rest in (each.partition(":") for each in seals)
        ]
    except Invalid as error:
        raise click.ClickException("a seal is written OFFICE:VERSION:SEAL") from error
