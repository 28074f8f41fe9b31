"""The spooler: brings queued slips to their printers, beside everything else, and never gives up.

Each printer has a lane of its own while it has something to do: one job at a time, in order, so
that a printer which takes one connection gets one, and a dead one keeps no other waiting. Nothing
is sent inside a transaction.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import IntegrityError

from kiosk.printing import claims
from kiosk.printing.addresses import NONE
from kiosk.printing.agents import note_all_offline
from kiosk.printing.claims import Claim
from kiosk.printing.escpos_slip import prepare
from kiosk.printing.jobs import SlipQueued
from kiosk.printing.printers import check_printer, send
from kiosk.printing.states import note_state, state_of_printer
from kiosk.printing.wires import PrinterTrouble
from office.clock import Clock
from storage.work import Store, Work

log = logging.getLogger(__name__)

#: Seconds between two looks at the rows, for jobs queued by other processes.
IDLE = 1.0
#: Seconds between two questions to a printer in trouble that has nothing to print, and to one that
#: was well: paper is to be known to be out before the next visitor comes.
RECHECK = 5.0
WATCH = 15.0
HOUSEKEEPING = timedelta(hours=1)

#: Told the printer and its trouble or warning, None when all is well again; only on a change.
TroubleListener = Callable[[str, str | None], None]


class Messengers(Protocol):
    """Those who print elsewhere, such as the agents beside kiosks."""

    def reachable(self, printer: str) -> bool:
        """Say whether slips can be handed over for `printer` in this process."""
        ...

    def deliver(self, taken: Claim) -> str | None:
        """Hand a slip over; return a warning's code or None. Raises PrinterTrouble."""
        ...


class Spooler:
    """Prints what is queued in `store`; start it once per process that is to print."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        deliver: Callable[[str, bytes], str | None] = send,
        check: Callable[[str], str | None] = check_printer,
        on_trouble: TroubleListener | None = None,
        agents: Messengers | None = None,
        watched: Callable[[Work], set[str]] = lambda _work: set(),
    ) -> None:
        self._store = store
        self._clock = clock
        self._deliver = deliver
        self._check = check
        self._on_trouble = on_trouble
        self._agents = agents
        #: Printers that are asked how they are although nothing waits for them.
        self._watched = watched
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._lanes: dict[str, threading.Thread] = {}
        #: Printers that were due while their lane was ending.
        self._passed: set[str] = set()
        self._troubles: dict[str, str] = {}
        self._checked: dict[str, float] = {}
        self._tidied: datetime | None = None
        self._thread: threading.Thread | None = None
        store.after_commit(self._heard)

    @property
    def troubles(self) -> dict[str, str]:
        """The printers in trouble or with a warning, as this process last saw them."""
        with self._guard:
            return dict(self._troubles)

    def start(self, alone: bool = False) -> None:
        """Print in the background. `alone` says that no other process prints from this store.

        Then what was being sent when the power went is taken up at once; otherwise after a minute.
        """
        prepare()
        if alone:
            with self._store.work() as work:
                claims.release_all(work, self._clock.now())
                note_all_offline(work, self._clock.now())
        self._thread = threading.Thread(target=self.run, name="spooler", daemon=True)
        self._thread.start()

    def stop(self, seconds: float = 10.0) -> None:
        """Stop after the slips being sent now, waiting for them at most `seconds`."""
        self._stopping.set()
        self._news.set()
        end = time.monotonic() + seconds
        with self._guard:
            threads = list(self._lanes.values())
        for thread in [self._thread, *threads]:
            if thread is not None:
                thread.join(max(end - time.monotonic(), 0))

    def wake(self) -> None:
        """Look at the rows now."""
        self._news.set()

    def run(self) -> None:
        """Print until stopped; `start` calls it on a thread of its own."""
        while not self._stopping.is_set():
            self._news.clear()
            try:
                rest = self._look()
            except Exception:
                log.exception("the spooler could not look at its jobs")
                rest = IDLE
            self._news.wait(rest)

    def _heard(self, events: Sequence[object]) -> None:
        if any(isinstance(event, SlipQueued) for event in events):
            self.wake()

    def _look(self) -> float:
        """Start the lanes that are due; return the seconds until the next look."""
        now = self._clock.now()
        with self._store.read() as work:
            times = claims.due(work)
            watched = self._watched(work)
        rest = IDLE
        for printer, at in times.items():
            if _by_agent(printer) and not self._reachable(printer):
                continue
            if at <= now:
                self._open_lane(printer, self._print_all)
            else:
                rest = min(rest, (at - now).total_seconds())
        for printer in (watched | self.troubles.keys()) - times.keys():
            pause = RECHECK if printer in self.troubles else WATCH
            if (
                printer != NONE
                and not _by_agent(printer)
                and time.monotonic() - self._checked.get(printer, 0.0) >= pause
            ):
                self._open_lane(printer, self._ask_how_it_is)
        if self._tidied is None or now - self._tidied >= HOUSEKEEPING:
            self._tidied = now
            with self._store.work() as work:
                claims.forget_old(work, now)
        return max(rest, 0.01)

    def _open_lane(self, printer: str, task: Callable[[str], None]) -> None:
        with self._guard:
            if printer in self._lanes:
                self._passed.add(printer)
                return
            thread = threading.Thread(
                target=self._lane, args=(printer, task), name=f"printer {printer}", daemon=True
            )
            self._lanes[printer] = thread
        thread.start()

    def _lane(self, printer: str, task: Callable[[str], None]) -> None:
        try:
            task(printer)
        except Exception:
            log.exception("printing on %s was interrupted", printer)
        finally:
            with self._guard:
                del self._lanes[printer]
                if printer in self._passed:
                    self._passed.discard(printer)
                    self._news.set()

    def _print_all(self, printer: str) -> None:
        while not self._stopping.is_set():
            taken = self._claim(printer)
            if taken is None or not self._print(taken):
                return

    def _claim(self, printer: str) -> Claim | None:
        try:
            with self._store.work() as work:
                return claims.claim(work, printer, self._clock.now())
        except IntegrityError:
            log.info("another process is printing on %s", printer)
            return None

    def _print(self, taken: Claim) -> bool:
        """Send one job and note what came of it; say whether the printer can take the next."""
        code, started = "fault", True
        try:
            warning = self._send(taken)
        except PrinterTrouble as trouble:
            code, started = trouble.code, trouble.started
        except Exception:
            log.exception("job %d broke on its way to %s", taken.job_id, taken.printer)
        else:
            with self._store.work() as work:
                claims.mark_printed(work, taken, self._clock.now())
            self.note(taken.printer, warning)
            return True
        log.warning("job %d is not printed on %s: %s", taken.job_id, taken.printer, code)
        with self._store.work() as work:
            claims.mark_trouble(work, taken, code, started, self._clock.now())
        self.note(taken.printer, code)
        return False

    def _send(self, taken: Claim) -> str | None:
        if self._agents is not None and _by_agent(taken.printer):
            return self._agents.deliver(taken)
        return self._deliver(taken.printer, claims.bytes_of(taken))

    def _reachable(self, printer: str) -> bool:
        return self._agents is not None and self._agents.reachable(printer)

    def _ask_how_it_is(self, printer: str) -> None:
        self._checked[printer] = time.monotonic()
        self.note(printer, self._check(printer))

    def note(self, printer: str, code: str | None) -> None:
        """Keep how a printer is, and tell it on a change."""
        self._checked[printer] = time.monotonic()
        with self._guard:
            if code is None:
                self._troubles.pop(printer, None)
            else:
                self._troubles[printer] = code
        with self._store.read() as work:
            if state_of_printer(work, printer) == code:
                return
        with self._store.work() as work:
            note_state(work, printer, code, self._clock.now())
        if self._on_trouble is not None:
            try:
                self._on_trouble(printer, code)
            except Exception:
                log.exception("a listener to printers failed")


def _by_agent(printer: str) -> bool:
    return printer.startswith("agent://")
