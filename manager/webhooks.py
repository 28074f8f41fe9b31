"""Sending webhooks: each has a lane of its own, so that one that hangs holds no other up."""

import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from urllib.request import OpenerDirector

import structlog

from office import webhooks
from office.journal import Journaled
from office.place import has_several
from office.webhooks import Parcel
from web.house import House
from web.outside import to_one_of_several, to_the_office

log = structlog.get_logger(__name__)

#: Seconds between two looks where nothing is heard of, and for which a receiver may be silent.
IDLE, PATIENCE = 2.0, 10.0
#: Seconds between two looks however much happens: each asks the database, in every process.
BREATH = 0.25


class Sender:
    """Sends what is due, for ever."""

    def __init__(self, home: House) -> None:
        self._home = home
        self._news = threading.Event()
        self._guard = threading.Lock()
        self._lanes: set[int] = set()
        home.store.after_commit(self._heard)

    def _heard(self, events: Sequence[object]) -> None:
        if any(isinstance(event, Journaled) for event in events):
            self._news.set()

    def run(self) -> None:
        """Look whenever something has happened, and now and then."""
        while True:
            self._news.wait(IDLE)
            self._news.clear()
            try:
                self.look()
            except Exception:
                log.exception("webhooks_failed")
            time.sleep(BREATH)

    def look(self) -> None:
        """Open a lane for each webhook that is due and has none."""
        with self._home.store.read() as work:
            numbers = webhooks.due(work, self._home.clock.now())
        for number in numbers:
            with self._guard:
                if number in self._lanes:
                    continue
                self._lanes.add(number)
            self._home.socketio.start_background_task(self._lane, number)

    def _lane(self, number: int) -> None:
        try:
            while self.send_next(number):
                pass
        except Exception:
            log.exception("webhook_broke", webhook=number)
        finally:
            with self._guard:
                self._lanes.discard(number)

    def send_next(self, number: int) -> bool:
        """Send the next rows; say whether they arrived."""
        home = self._home
        with home.store.work() as work:
            parcel = webhooks.claim(work, number, home.clock.now())
            several = has_several(work)
        if parcel is None:
            return False
        trouble = send(parcel, to_one_of_several if several else to_the_office)
        now = home.clock.now()
        with home.store.work() as work:
            if trouble is None:
                webhooks.arrived(work, parcel, now)
            else:
                webhooks.failed(work, parcel, trouble, now)
                log.warning("webhook_refused", webhook=number, trouble=trouble)
        return trouble is None


def send(parcel: Parcel, opener: OpenerDirector = to_the_office) -> str | None:
    """Send one parcel; return what went wrong. Only an answer of 200 to 299 means arrived."""
    request = urllib.request.Request(
        parcel.url,
        parcel.body,
        {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Antrean",
            "Antrean-Signature": parcel.signature,
            "Antrean-Version": str(parcel.upto),
        },
    )
    try:
        with opener.open(request, timeout=PATIENCE) as answer:
            return None if 200 <= answer.status < 300 else f"HTTP {answer.status}"
    except urllib.error.HTTPError as refused:
        refused.close()
        return f"HTTP {refused.code}"
    except (OSError, HTTPException, ValueError) as away:
        return str(getattr(away, "reason", away)) or type(away).__name__
