"""The print agent as a program of its own, with a real server and a printer that fails."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.printing.agent import PrintAgent
from kiosk.printing.memory import Fate, Memory, key_of
from kiosk.printing.wires import PrinterTrouble
from office.devices import add_device
from office.people import Role
from office.place import the_office
from storage.engine import sqlite_url
from storage.work import Store
from tests.houses import Server
from tests.kiosk.printing.fakes import FakePrinter
from tests.screens import Screen
from tools.nursery import clean_environ

#: Seconds a slip may take over two programs and a printer.
PATIENCE = 80.0


class Agent:
    """A print agent beside the kiosk, in a thread of the test, that can be sent away."""

    def __init__(self, server: Server, printer: FakePrinter, folder: Path) -> None:
        self._server, self._printer, self._folder = server, printer, folder
        self._agent: PrintAgent | None = None
        self._memory: Memory | None = None

    def start(self) -> None:
        """Start it."""
        self._memory = Memory(self._folder / "slips.db")
        self._agent = PrintAgent(
            self._server.url, self._server.tokens["agent"], self._printer.address, self._memory
        )
        self._thread = threading.Thread(target=self._agent.run, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End it; only what it keeps on the disk is left."""
        agent, self._agent = self._agent, None
        if agent is not None and self._memory is not None:
            agent.stop()
            self._thread.join(30)
            self._memory.close()


@pytest.fixture
def server(make_server: Callable[..., Server]) -> Server:
    """A server without a printer of its own."""
    return make_server()


@pytest.fixture
def agent(server: Server, printer: FakePrinter, tmp_path: Path) -> Iterator[Agent]:
    """A print agent at work, stopped at the end."""
    made = Agent(server, printer, tmp_path)
    made.start()
    yield made
    made.stop()


def kiosk_of(server: Server) -> Screen:
    """Return the kiosk's screen, connected."""
    return Screen(server.url, "/kiosk", {"token": server.tokens["kiosk"]}).connect()


def trouble(kiosk: Screen, wanted: str | None) -> None:
    """Wait until the kiosk knows its printer to be like this."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        kiosk.ask("refresh")
        time.sleep(0.1)
        told = kiosk.all("snapshot")[-1]["printer"]
        if told == {"prints": True, "trouble": wanted}:
            return
    raise AssertionError(f"{told}, not {wanted}")


def take(server: Server) -> str:
    """Take a ticket at the kiosk; return its label."""
    status, ticket = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    assert (status, ticket["print"]) == (201, "queued")
    return str(ticket["label"])


@pytest.mark.timeout(300)
def test_a_kiosks_slips_come_out_beside_it_once_whoever_is_away_meanwhile(
    server: Server, printer: FakePrinter, agent: Agent
) -> None:
    kiosk = kiosk_of(server)
    trouble(kiosk, None)
    first = take(server)
    printer.wait_for(1, PATIENCE)
    agent.stop()
    trouble(kiosk, "offline")
    called, second = take(server), take(server)
    for label in (first, called):
        _, call = server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
        assert call["ticket"]["label"] == label
        server.ask("POST", "/counters/1/start", server.tokens["clerks"]["1"])
        server.ask("POST", "/counters/1/finish", server.tokens["clerks"]["1"])
    agent.start()
    printer.wait_for(2, PATIENCE)
    kiosk.disconnect()
    server.kill()
    server.start()
    third = take(server)
    printer.wait_for(3, PATIENCE)
    time.sleep(1)
    texts = printer.texts()
    assert [label in text for label, text in zip((first, second, third), texts, strict=True)] == [
        True,
        True,
        True,
    ], "the slip of the ticket called meanwhile is left out"
    assert "CETAK ULANG" not in "".join(texts)


@pytest.mark.timeout(300)
def test_how_the_printer_is_reaches_the_kiosk_before_anybody_takes_a_number(
    server: Server, printer: FakePrinter, agent: Agent
) -> None:
    kiosk = kiosk_of(server)
    trouble(kiosk, None)
    printer.paper_out = True
    trouble(kiosk, "paper_out")
    printer.paper_out, printer.cover_open = False, True
    trouble(kiosk, "cover_open")
    printer.cover_open = False
    trouble(kiosk, None)
    told = len(kiosk.all("printer"))
    assert told >= 3, "each change is told by itself"
    kiosk.disconnect()


@pytest.mark.timeout(300)
def test_an_agent_is_linked_by_a_code_once_and_keeps_its_token(
    server: Server, printer: FakePrinter, tmp_path: Path
) -> None:
    store = Store(sqlite_url(server.data / "antrean.db"))
    with store.work() as work:
        office = the_office(work)
        agent_code, screen_code = (
            add_device(work, office.id, role, "Pintu", datetime.now(UTC))[1]
            for role in (Role.AGENT, Role.SCREEN)
        )
    store.close()
    refused = subprocess.run(
        command(server, printer, tmp_path / "state", "--code", screen_code),
        env=clean_environ(),
        capture_output=True,
        check=False,
    )
    assert refused.returncode == 1
    assert b"the code is not accepted" in refused.stderr
    kiosk = kiosk_of(server)
    for more in (("--code", agent_code), ()):
        process = subprocess.Popen(
            command(server, printer, tmp_path / "state", *more), env=clean_environ()
        )
        try:
            trouble(kiosk, None)
        finally:
            process.kill()
            process.wait(30)
        trouble(kiosk, "offline")
    status, refusal = server.ask("POST", "/agents/link", None, {"code": agent_code})
    assert (status, refusal["code"]) == (422, "link_invalid")
    assert (tmp_path / "state" / "token").stat().st_mode & 0o077 == 0
    kiosk.disconnect()


def command(server: Server, printer: FakePrinter, state: Path, *more: str) -> list[str]:
    """Return the command line of an agent."""
    return [
        *(sys.executable, "-m", "app.command", "print-agent"),
        *("--server", server.url, "--printer", printer.address, "--state", str(state)),
        *more,
    ]


SLIP = {"job": 7, "attempt": 1, "payload": b"A012", "mark": b"", "doubted": False}


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Memory]:
    """What an agent remembers."""
    opened = Memory(tmp_path / "slips.db")
    yield opened
    opened.close()


def agent_with(memory: Memory, deliver: Callable[[str, bytes], str | None]) -> PrintAgent:
    """Return an agent that is not connected."""
    return PrintAgent("http://office.test", "secret", "none", memory, deliver=deliver)


def test_a_slip_handed_over_twice_is_printed_once(memory: Memory) -> None:
    sent: list[bytes] = []
    agent = agent_with(memory, lambda _printer, payload: sent.append(payload))
    again = SLIP | {"attempt": 2, "mark": b"*** ", "doubted": True}
    assert [agent._print(each)["printed"] for each in (SLIP, again)] == [True, True]
    assert sent == [b"A012"]


def test_a_slip_the_server_doubts_but_that_never_came_here_has_no_mark(memory: Memory) -> None:
    sent: list[bytes] = []
    agent = agent_with(memory, lambda _printer, payload: sent.append(payload))
    agent._print(SLIP | {"attempt": 2, "mark": b"*** ", "doubted": True})
    assert sent == [b"A012"]


def test_a_slip_that_a_power_cut_broke_off_is_perhaps_printed_and_comes_again_marked(
    memory: Memory,
) -> None:
    sent: list[bytes] = []
    agent = agent_with(memory, lambda _printer, payload: sent.append(payload))
    memory.keep(key_of(7, b"A012"), Fate.BEGUN)
    told = agent._print(SLIP)
    assert (told["printed"], told["code"], told["started"]) == (False, "interrupted", True)
    assert sent == []
    agent._print(SLIP | {"attempt": 2, "mark": b"*** ", "doubted": True})
    assert sent == [b"*** A012"]


def test_a_slip_that_never_left_is_printed_later_as_if_nothing_had_been(memory: Memory) -> None:
    sent: list[bytes] = []

    def first_refuses(_printer: str, payload: bytes) -> None:
        sent.append(payload)
        if len(sent) == 1:
            raise PrinterTrouble("paper_out")

    agent = agent_with(memory, first_refuses)
    told = agent._print(SLIP)
    assert (told["printed"], told["code"], told["started"]) == (False, "paper_out", False)
    assert agent._print(SLIP | {"attempt": 2})["printed"] is True
    assert sent == [b"A012", b"A012"]
