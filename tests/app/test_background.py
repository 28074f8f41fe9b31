"""What happens without anybody asking reaches screens that only listen, from a real server."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from office.place import the_office
from storage.engine import sqlite_url
from storage.work import Store
from tests.houses import Server
from tests.kiosk.printing.fakes import FakePrinter
from tests.screens import Screen


def listen(server: Server, namespace: str, role: str) -> Screen:
    """Return a screen that has its snapshot, and asks for nothing after it."""
    screen = Screen(server.url, namespace, {"token": server.tokens[role]}).connect()
    screen.wait_for("snapshot")
    return screen


@pytest.fixture
def printer() -> Iterator[FakePrinter]:
    """A printer that is switched off."""
    made = FakePrinter()
    made.switch_off()
    yield made
    made.switch_off()


def test_the_day_closing_and_a_printer_s_recovery_are_told_without_a_request(
    make_server: Callable[..., Server], printer: FakePrinter
) -> None:
    server = make_server(printer=printer.address)
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    board, kiosk = listen(server, "/display", "screen"), listen(server, "/kiosk", "kiosk")
    manager = listen(server, "/manager", "manager")
    version = board.wait_for("snapshot")["version"]
    told = len(kiosk.all("printer")), len(manager.all("printer"))
    with (
        closing(Store(sqlite_url(server.data / "antrean.db"))) as store,
        store.work() as work,
    ):
        office = the_office(work)
        assert office.open_day is not None
        office.open_day -= timedelta(days=1)
    printer.switch_on()

    board.wait_for("change", lambda change: change["kind"] == "counter_closed")
    kinds = [(each["version"] - version, each["kind"]) for each in board.all("change")]
    expected = ["ticket_expired", "ticket_expired", "day_closed", "counter_closed"]
    assert kinds == list(enumerate(expected, start=1))
    # A row that is lost or late would only come to be known by a later heartbeat.
    names = [
        name
        for name, value in board.told
        if name == "change" or (name == "heartbeat" and value["version"] > version)
    ]
    assert names[:5].count("heartbeat") <= 1
    assert board.all("caught_up") == []
    kiosk.wait_for("printer", count=told[0] + 1)
    manager.wait_for("printer", count=told[1] + 1)
    for screen in (board, kiosk, manager):
        screen.disconnect()
