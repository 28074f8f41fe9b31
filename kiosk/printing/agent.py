"""The print agent: runs beside a kiosk, takes slips from the server and prints them there.

Each slip is remembered on this machine's disk before its first byte leaves and when it is out. A
slip that is handed over again, because either side was started anew, is therefore not printed
twice; one that was cut off by a power cut is said to be perhaps printed, and comes again marked.
"""

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any

import socketio

from kiosk.printing.memory import Fate, Memory, key_of
from kiosk.printing.printers import check_printer, send
from kiosk.printing.wires import PrinterTrouble

log = logging.getLogger(__name__)

NAMESPACE = "/agent"
#: Seconds between two looks at the printer.
LOOK = 0.5

Slip = dict[str, Any]


class PrintAgent:
    """One agent with one printer."""

    def __init__(
        self,
        server: str,
        token: str,
        printer: str,
        memory: Memory,
        kiosk: str = "",
        deliver: Callable[[str, bytes], str | None] = send,
        check: Callable[[str], str | None] = check_printer,
    ) -> None:
        self._server = server
        self._token = token
        self._printer = printer
        self._memory = memory
        self._kiosk = kiosk
        self._deliver = deliver
        self._check = check
        self._slips: queue.Queue[Slip] = queue.Queue()
        self._stopping = threading.Event()
        self._trouble: str | None = None
        self._client = socketio.Client(reconnection_delay=0.5, reconnection_delay_max=5)
        self._client.on("print", self._slips.put, namespace=NAMESPACE)
        self._client.on("connect", lambda: log.info("connected"), namespace=NAMESPACE)
        self._client.on(
            "connect_error",
            lambda told=None: log.warning("the server refuses: %s", told),
            namespace=NAMESPACE,
        )

    def run(self) -> None:
        """Print until stopped; a server that is away is waited for."""
        self._trouble = self._check(self._printer)
        threading.Thread(target=self._connect, name="connection", daemon=True).start()
        while not self._stopping.is_set():
            try:
                slip = self._slips.get(timeout=LOOK)
            except queue.Empty:
                self._tell_status(self._check(self._printer))
                continue
            self._client_says("done", self._print(slip))
        self._client.disconnect()

    def stop(self) -> None:
        """Stop after the slip that is being printed."""
        self._stopping.set()

    def _connect(self) -> None:
        while not self._stopping.is_set():
            try:
                self._client.connect(
                    self._server,
                    namespaces=[NAMESPACE],
                    auth=self._introduction,
                    transports=["websocket"],
                    wait_timeout=10,
                )
                self._client.wait()
            except (socketio.exceptions.ConnectionError, ValueError) as away:
                log.info("the server is not to be had: %s", away)
            self._stopping.wait(1.0)

    def _introduction(self) -> dict[str, Any]:
        paper = self._printer.partition("?")[2]
        options = [each for each in paper.split("&") if each.startswith(("width=", "profile="))]
        return {
            "token": self._token,
            "kiosk": self._kiosk,
            "paper": "&".join(options),
            "trouble": self._trouble,
        }

    def _print(self, slip: Slip) -> dict[str, Any]:
        """Print a slip unless it is out already; return what became of it."""
        said = {"job": slip["job"], "attempt": slip["attempt"]}
        key = key_of(slip["job"], slip["payload"])
        fate = self._memory.fate(key)
        if fate is Fate.PRINTED:
            return said | {"printed": True}
        if fate is Fate.BEGUN:
            self._memory.keep(key, Fate.DOUBTED)
            return said | {"printed": False, "code": "interrupted", "started": True}
        # The server's own doubt does not count: this machine knows that it never began.
        marked = fate is Fate.DOUBTED or not slip["doubted"]
        self._memory.keep(key, Fate.BEGUN)
        code: str | None
        try:
            code = self._deliver(self._printer, (slip["mark"] if marked else b"") + slip["payload"])
        except PrinterTrouble as trouble:
            code, started = trouble.code, trouble.started
        except Exception:
            log.exception("slip %d broke on its way to the printer", slip["job"])
            code, started = "fault", True
        else:
            self._memory.keep(key, Fate.PRINTED)
            self._tell_status(code)
            return said | {"printed": True, "code": code}
        if started or fate is Fate.DOUBTED:
            self._memory.keep(key, Fate.DOUBTED)
        else:
            self._memory.forget(key)
        log.warning("slip %d is not printed: %s", slip["job"], code)
        self._tell_status(code)
        return said | {"printed": False, "code": code, "started": started}

    def _tell_status(self, trouble: str | None) -> None:
        if trouble == self._trouble:
            return
        self._trouble = trouble
        self._client_says("status", {"trouble": trouble})

    def _client_says(self, event: str, told: dict[str, Any]) -> None:
        """Tell the server; what it does not hear it finds out when it asks again."""
        try:
            self._client.emit(event, told, namespace=NAMESPACE)
        except socketio.exceptions.SocketIOError:
            log.info("the server did not hear: %s", event)
