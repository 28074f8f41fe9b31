"""The command `antrean print-agent`: prints beside a kiosk what the server hands over."""

import json
import logging
import os
import signal
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import click

from kiosk.printing.addresses import AddressInvalid, parse_address
from kiosk.printing.agent import PrintAgent
from kiosk.printing.escpos_slip import prepare
from kiosk.printing.memory import Memory

#: Seconds to wait for the server when pairing.
PATIENCE = 15


@click.command("print-agent")
@click.option(
    "--server", required=True, help="Address of the server, such as http://10.0.0.2:8000."
)
@click.option(
    "--printer", required=True, help="The printer here, such as usb://04b8:0e28?width=80."
)
@click.option("--code", help="Link code from the managers' page of devices; needed the first time.")
@click.option("--token", help="The agent's token, where one is at hand instead of a code.")
@click.option("--kiosk", default="", help="Name of the kiosk it prints for; not needed for one.")
@click.option(
    "--state",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("print-agent"),
    show_default=True,
    help="Folder in which it keeps its token and what it printed.",
)
def print_agent(
    server: str, printer: str, code: str | None, token: str | None, kiosk: str, state: Path
) -> None:
    """Print on this machine's printer what the server hands over."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        address = parse_address(printer)
    except AddressInvalid as invalid:
        raise click.ClickException(f"--printer: {invalid}") from invalid
    if address is None or address.kind == "agent":
        raise click.ClickException("--printer: a printer of this machine is needed")
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = server.rstrip("/")
    agent = PrintAgent(
        server, _token(server, state, code, token), printer, Memory(state / "slips.db"), kiosk
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: agent.stop())
    prepare()
    agent.run()


def _token(server: str, state: Path, code: str | None, token: str | None) -> str:
    """Return the token: the one given, the one for `code`, or the one kept here."""
    file = state / "token"
    if code and not token:
        asked = Request(
            f"{server}/api/v1/agents/link",
            json.dumps({"code": code}).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urlopen(asked, timeout=PATIENCE) as answer:
                token = str(json.load(answer)["token"])
        except HTTPError as refused:
            problem = "wait a minute" if refused.code == 429 else "ask for a new one"
            raise click.ClickException(f"the code is not accepted; {problem}") from refused
        except (OSError, ValueError) as away:
            raise click.ClickException(f"{server} cannot be reached: {away}") from away
    if token:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as kept:
            kept.write(token)
        return token
    if file.exists():
        return file.read_text().strip()
    raise click.ClickException("not linked yet: give --code from the managers' page of devices")
