"""The command `antrean`: make an office, serve it, replay days on it, and look after it."""

import sys

if any(each in {"serve", "demo"} for each in sys.argv[1:2]):
    from app import server

    server.patch()

import json
import os
import socket
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from app import migrations
from app.auditing import audit
from app.installation import (
    DATA,
    await_database,
    bring_to_shape,
    keep_before_change,
    opened,
    settings_of,
)
from app.keeping import backup, restored
from app.offices import offices
from app.planning import export, set_up, tell_passwords
from app.printing import print_agent
from app.purging import purge
from app.replay.command import replay
from app.settings import Settings
from app.summaries import summaries
from office import second_factor
from office.accounts import tell
from office.clock import SystemClock
from office.devices import make_link
from office.errors import OfficeError
from office.passwords import account_named, hashed, new_password, set_password
from office.people import Actor, Role, Token
from office.place import Office
from office.turn import take_turn
from storage.work import Store
from surveys.skm.command import skm

HOST = click.option("--host", help="Address to listen on.")
#: The devices whose links the sample office tells, and what they are called there.
LINKED = {
    Role.KIOSK: "Mesin antrean / kiosk",
    Role.SCREEN: "Layar / display",
    Role.EXIT: "Tablet keluar / exit",
}
PORT = click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on.")


@click.group()
@click.version_option(package_name="antrean")
def main() -> None:
    """The queue and service desk of a public office."""
    os.umask(0o077)  # who visits, and who works here, is nobody else's business on this machine


@main.command()
@DATA
@click.option("--sample", is_flag=True, help="Fill it with a sample civil registry office.")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Fill it with the office a TOML file describes, or bring that office up to the file.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what is told once as JSON.")
def init(data: Path | None, sample: bool, file: Path | None, as_json: bool) -> None:
    """Make an installation in an empty folder, or set an office up from a file."""
    if sample and file:
        raise click.ClickException("choose either --sample or --from")
    if file:
        set_up(settings_of(data=data), file, as_json)
        return
    settings = settings_of(data=data)
    store = opened(settings)
    with store.read() as work:
        if work.session.scalars(select(Office.id).limit(1)).first() is not None:
            raise click.ClickException(f"there is an office in {settings.data} already")
    if not sample:
        click.echo(
            "An empty installation is ready; `antrean init --sample` or `--from FILE` fills it.",
            err=as_json,
        )
        return
    made = _make_sample(store)
    if as_json:
        click.echo(json.dumps({"tokens": made.tokens}))
        return
    tell_passwords(made.passwords)
    click.echo("\nBearer tokens, told this once:")
    for name, token in made.tokens.items():
        for who, value in token.items() if isinstance(token, dict) else [("", token)]:
            click.echo(f"  {(name + ' ' + who).strip():12} {value}")


@main.command()
@DATA
@HOST
@PORT
def serve(data: Path | None, host: str | None, port: int | None) -> None:
    """Serve the installation; where there is no office yet, it is set up in the browser."""
    settings = settings_of(data=data, host=host, port=port)
    if settings.database:
        await_database(settings)
    opened(settings).close()
    _serve(settings)


@main.command()
@DATA
@HOST
@PORT
def demo(data: Path | None, host: str | None, port: int | None) -> None:
    """Make a sample office where there is none, print its addresses, and serve it."""
    settings = settings_of(data=data, host=host or "0.0.0.0", port=port)
    store = opened(settings)
    listener = _listener(settings)
    port = listener.getsockname()[1]
    place = f"http://127.0.0.1:{port}"
    if not settings.public_url:
        settings = settings.model_copy(update={"public_url": f"http://{_own_address()}:{port}"})
    now = SystemClock().now()
    with store.work() as work:
        first = work.session.scalars(select(Office.id).limit(1)).first() is None
    passwords = _make_sample(store).passwords if first else {}
    with store.work() as work:
        links = {
            role: make_link(token, now)
            for role in LINKED
            for token in work.session.scalars(
                select(Token)
                .where(Token.role == role.value, Token.revoked_at.is_(None))
                .order_by(Token.id)
                .limit(1)
            )
        }
    store.close()
    click.echo("\nAntrean\n")
    for role, name in LINKED.items():
        if role in links:
            click.echo(f"  {name:26} {place}/link/{links[role]}")
    click.echo(f"  {'Loket / counter':26} {place}/counter")
    click.echo(f"  {'Manajer / manager':26} {place}/manager")
    click.echo(f"  {'Ponsel / phone':26} {settings.public_url}/t/...\n")
    click.echo("  Tiga tautan pertama berlaku sekali; peramban yang memakainya tetap tertaut.")
    click.echo("  The first three links work once each; a browser that used one stays linked.")
    click.echo("  Ponsel memindai kode QR pada struk. / Phones scan the QR code on a ticket.")
    if passwords:
        tell_passwords(passwords)
    else:
        click.echo("  Lupa kata sandi? / Forgotten a password? antrean password NAMA")
    click.echo("\n  Hentikan dengan Ctrl+C. / Stop with Ctrl+C.\n")
    _serve(settings, listener)


@main.command()
@DATA
@click.option("--down", metavar="REVISION", help="Go back to a revision, or to `base`.")
def migrate(data: Path | None, down: str | None) -> None:
    """Bring the database to the shape this program needs."""
    settings = settings_of(data=data)
    settings.data.mkdir(parents=True, exist_ok=True)
    store = Store(settings.database_url)
    before = migrations.current(store.engine)
    keep_before_change(settings, store)
    bring_to_shape(settings, store, down)
    click.echo(f"{before or 'empty'} -> {migrations.current(store.engine) or 'empty'}")
    store.close()


@main.command()
@DATA
@HOST
@PORT
@click.option("--kiosk", is_flag=True, help="Look at this machine as a kiosk or a screen.")
@click.option("--server", help="Address of the server, with --kiosk.")
@click.option("--language", type=click.Choice(["id", "en"]), help="What it speaks.")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON, in English.")
def doctor(
    data: Path | None,
    host: str | None,
    port: int | None,
    kiosk: bool,
    server: str | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Say what is wrong with this installation, or this kiosk, and how to mend it."""
    from app.doctor import examine
    from app.doctor_words import in_indonesian
    from app.kiosk_doctor import examine_kiosk

    if kiosk and not server:
        raise click.UsageError("--kiosk needs the server's address: --server http://10.0.0.2:8000")
    settings = settings_of(data=data, host=host, port=port, language=language)
    findings = examine_kiosk(server) if kiosk and server else examine(settings)
    if as_json:
        click.echo(json.dumps([vars(each) for each in findings]))
    else:
        for each in findings:
            mark = "ok   " if each.fine else "WRONG"
            if settings.language == "id":
                mark = "baik " if each.fine else "SALAH"
                each = in_indonesian(each)
            click.echo(f"{mark} {each.subject:12} {each.wrong or each.note}")
            if each.mend:
                click.echo(f"{'':19}-> {each.mend}")
    if not all(each.fine for each in findings):
        raise SystemExit(1)


@main.command()
@DATA
@click.argument("name")
def password(data: Path | None, name: str) -> None:
    """Give the account NAME a new generated password, no second factor, and end its sessions."""
    settings = settings_of(data=data)
    if not settings.data.is_dir():
        raise click.ClickException(f"there is no folder {settings.data}; run antrean init first")
    store = opened(settings)
    new, now = new_password(), SystemClock().now()
    kept = hashed(new)
    try:
        with store.work() as work:
            office = take_turn(work, account_named(work, name).office_id, now)
            account = account_named(work, name)
            set_password(account, kept)
            if account.totp_salt is not None:
                second_factor.end(account)
            machine = Actor("machine", office.id, Role.ADMINISTRATOR, frozenset())
            tell(work, office, machine, now, account, "password_changed")
    except OfficeError as error:
        raise click.ClickException(f"there is no account {name}") from error
    click.echo(f"{name}: {new}")
    store.close()


main.add_command(export)
main.add_command(audit)
main.add_command(backup)
main.add_command(restored)
main.add_command(offices)
main.add_command(print_agent)
main.add_command(purge)
main.add_command(replay)
main.add_command(skm)
main.add_command(summaries)


def _make_sample(store: Store) -> Any:
    from app.sample import make_sample

    with store.work() as work:
        return make_sample(work, SystemClock().now())


def _listener(settings: Settings) -> socket.socket:
    from app.server import listen

    try:
        return listen(settings.host, settings.port)
    except OSError as error:
        raise click.ClickException(
            f"{settings.host}:{settings.port} cannot be had: {error.strerror};"
            " stop the program that holds it, or choose another with --port"
        ) from error


def _reached(host: str) -> str:
    return _own_address() if host in {"0.0.0.0", "::", ""} else host


def _own_address() -> str:
    """Return this machine's address in its own network; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("10.255.255.255", 9))
        except OSError:
            return "127.0.0.1"
        address: str = probe.getsockname()[0]
        return address


def _serve(settings: Settings, listener: socket.socket | None = None) -> None:
    from app.alone import ServedAlready
    from app.factory import configure_log, create_app, tell_first
    from app.server import serve as serve_forever

    configure_log(settings.log_level)
    listener = listener or _listener(settings)
    app = create_app(settings)
    port = listener.getsockname()[1]
    click.echo(f"serving http://{settings.host}:{port}", err=True)
    tell_first(app, settings.public_url or f"http://{_reached(settings.host)}:{port}")
    try:
        serve_forever(app, settings, listener)
    except ServedAlready as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
