"""The socket of print agents: slips go out to them, and what became of each comes back.

An agent keeps its own record of what it printed, so a slip handed over twice, since either side
was started anew, comes out once; where the agent cannot know, it says so, and the slip is printed
again under the mark of a reprint.
"""

import threading
from typing import Any

import structlog
from flask import request
from flask_socketio import ConnectionRefusedError

from kiosk.printing.addresses import parse_address
from kiosk.printing.agents import agent_seen, hurry
from kiosk.printing.claims import Claim
from kiosk.printing.escpos_slip import render_mark
from kiosk.printing.spooler import Spooler
from kiosk.printing.wires import PrinterTrouble
from office.errors import Forbidden, OfficeError
from office.people import Actor, Right, actor_of_token
from storage.work import Work
from web.access import CredentialsInvalid
from web.house import House, house
from web.live import Seat, SeatedSpace

log = structlog.get_logger(__name__)

NAMESPACE = "/agent"
#: Seconds an agent has to say what became of a slip; less than a claim holds.
PATIENCE = 40.0

Handed = tuple[int, int]


class Agents(SeatedSpace):
    """The agents connected to this process."""

    right = Right.PRINT

    def __init__(self, home: House) -> None:
        super().__init__(NAMESPACE)
        self._home = home
        self._guard = threading.Lock()
        #: The agent's token -> its connection, and back to its printer's whole address.
        self._sids: dict[str, str] = {}
        self._printers: dict[str, str] = {}
        self._waiting: dict[Handed, tuple[str, threading.Event, dict[str, Any]]] = {}
        self.spooler: Spooler | None = None

    def reachable(self, printer: str) -> bool:
        """Say whether the agent of `printer` is connected to this process."""
        with self._guard:
            return _bare(printer) in self._sids

    def deliver(self, taken: Claim) -> str | None:
        """Hand a slip to its agent and wait; return a warning or None. Raises PrinterTrouble."""
        address = parse_address(taken.printer)
        assert address is not None
        handed = (taken.job_id, taken.attempt)
        answered, answer = threading.Event(), dict[str, Any]()
        with self._guard:
            sid = self._sids.get(_bare(taken.printer))
            if sid is None:
                raise PrinterTrouble("offline")
            self._waiting[handed] = (sid, answered, answer)
        mark = render_mark(taken.locale, address.paper) if taken.reprint else b""
        try:
            self._home.socketio.emit(
                "print",
                {
                    "job": taken.job_id,
                    "attempt": taken.attempt,
                    "payload": taken.payload,
                    "mark": mark,
                    "doubted": taken.doubts > 0,
                },
                namespace=NAMESPACE,
                to=sid,
            )
            answered.wait(PATIENCE)
        finally:
            with self._guard:
                del self._waiting[handed]
        if not answer:
            here = self.reachable(taken.printer)
            raise PrinterTrouble("interrupted" if here else "offline", started=True)
        if answer.get("printed") is not True:
            code = _code(answer.get("code")) or "fault"
            raise PrinterTrouble(code, started=bool(answer.get("started", True)))
        return _code(answer.get("code"))

    def on_connect(self, auth: Any = None) -> None:
        """Let an agent in by auth {token, kiosk, paper, trouble}."""
        asked = auth if isinstance(auth, dict) else {}
        now = house().clock.now()
        with house().store.work() as work:
            try:
                actor = _agent(work, str(asked.get("token") or ""))
                agent = agent_seen(
                    work, actor, str(asked.get("kiosk") or ""), str(asked.get("paper") or ""), now
                )
            except OfficeError as error:
                raise ConnectionRefusedError(error.code) from error
            printer = agent.printer
            hurry(work, printer, now)
        self.seats[_sid()] = Seat(_sid(), actor, asked)
        with self._guard:
            self._sids[_bare(printer)] = _sid()
            self._printers[_sid()] = printer
        self._note(printer, asked.get("trouble"))

    def on_disconnect(self, *_reason: Any) -> None:
        """Note that the agent is gone; what it was printing is in doubt until it is back."""
        self.seats.pop(_sid(), None)
        with self._guard:
            printer = self._printers.pop(_sid(), None)
            last = printer is not None and self._sids.get(_bare(printer)) == _sid()
            if printer is not None and last:
                del self._sids[_bare(printer)]
            for sid, answered, _answer in self._waiting.values():
                if sid == _sid():
                    answered.set()
        if printer is not None and last:
            self._note(printer, "offline")

    def on_status(self, told: Any = None) -> None:
        """Take how the agent's printer is: {trouble}."""
        with self._guard:
            printer = self._printers.get(_sid())
        if printer is not None and isinstance(told, dict):
            self._note(printer, told.get("trouble"))

    def on_done(self, told: Any = None) -> None:
        """Take what became of a slip: {job, attempt, printed, code, started}."""
        job, attempt = (
            (told.get("job"), told.get("attempt")) if isinstance(told, dict) else (None, None)
        )
        if not isinstance(job, int) or not isinstance(attempt, int):
            return
        with self._guard:
            waiting = self._waiting.get((job, attempt))
        if waiting is not None and waiting[0] == _sid():
            waiting[2].update(told)
            waiting[1].set()

    def _note(self, printer: str, trouble: Any) -> None:
        if self.spooler is not None:
            self.spooler.note(printer, _code(trouble))
            self.spooler.wake()


def _agent(work: Work, token: str) -> Actor:
    actor = actor_of_token(work, token)
    if actor is None:
        raise CredentialsInvalid()
    if not actor.may(Right.PRINT) or actor.token_id is None:
        raise Forbidden(right=Right.PRINT.value)
    return actor


def _code(told: Any) -> str | None:
    """Return an agent's word of a trouble as a short code, or None where it tells of none."""
    code = str(told)[:20] if told else None
    return code if code is None or code.isprintable() else "fault"


def _bare(printer: str) -> str:
    """Return an agent's address without its paper, which may be changed while slips wait."""
    return printer.partition("?")[0]


def _sid() -> str:
    return str(request.sid)  # type: ignore[attr-defined]
