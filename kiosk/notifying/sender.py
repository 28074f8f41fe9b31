"""Sending visitors their messages: each way has a lane of its own, so none holds another up."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

import structlog
from apiflask import APIFlask
from flask_babel import force_locale
from flask_babel import gettext as _

from office import notifying
from office.notifying import Due, Letter, News, Way
from web.house import House

log = structlog.get_logger(__name__)

WORKER = Path(__file__).with_name("worker.py")
#: Seconds between two looks, and messages of one way at a time.
PACE, AT_ONCE = 2.0, 40
#: Seconds until a message counts as not taken, and what the worker gets beyond, to load and end.
PATIENCE, LOADING = 25.0, 15.0


class Sender:
    """Sends what is due, for ever."""

    def __init__(self, app: APIFlask, home: House) -> None:
        self._app = app
        self._home = home
        self._guard = threading.Lock()
        self._lanes: set[Way] = set()

    def run(self) -> None:
        """Look now and then."""
        pause = threading.Event()
        while not pause.wait(PACE):
            try:
                self.look()
            except Exception:
                log.exception("notifying_failed")

    def look(self) -> None:
        """Delete the addresses of visits that are over; open a lane for each way that has none."""
        home = self._home
        with home.store.read() as work:
            over = notifying.ended(work)
            ways = [each for each in home.notify if notifying.concerned(work, each)]
        if over:
            with home.store.work() as work:
                notifying.forget_addresses(work, tickets=over)
        for way in ways:
            with self._guard:
                if way in self._lanes:
                    continue
                self._lanes.add(way)
            home.socketio.start_background_task(self._lane, way)

    def _lane(self, way: Way) -> None:
        try:
            self.send(way)
        except Exception:
            log.exception("notifying_broke", way=way.value)
        finally:
            with self._guard:
                self._lanes.discard(way)

    def send(self, way: Way) -> int:
        """Send what is due this way; return how many messages the gateway took."""
        home = self._home
        now = home.clock.now()
        wanted: list[Due] = []
        with home.store.read() as work:
            for office in notifying.concerned(work, way):
                places = home.outlooks.of(work, office, now).places
                wanted += notifying.due(work, office, way, places, now)
        if not wanted:
            return 0
        with home.store.work() as work:
            claimed = [notifying.claim(work, each, now) for each in wanted[:AT_ONCE]]
        letters = [each for each in claimed if each is not None]
        if not letters:
            return 0
        taken = hand_over([self._written(way, each) for each in letters])
        now = home.clock.now()
        with home.store.work() as work:
            for letter, arrived in zip(letters, taken, strict=True):
                if arrived:
                    notifying.sent(work, letter)
                else:
                    notifying.failed(work, letter, now)
        if not all(taken):
            log.warning("notifying_refused", way=way.value, messages=taken.count(False))
        return taken.count(True)

    def _written(self, way: Way, letter: Letter) -> dict[str, str]:
        """Return a message in its visitor's language, with the address of the gateway."""
        url = gateway_of(self._home.notify[way], letter.address)
        with self._app.app_context(), force_locale(letter.locale):
            if letter.news is News.CALLED:
                title = _("%(label)s: your turn!", label=letter.label)
                said = _(
                    "Please go to %(counter)s at %(office)s.",
                    counter=letter.counter,
                    office=letter.office,
                )
            else:
                title = _("%(label)s: almost your turn", label=letter.label)
                said = _(
                    "You are number %(place)s in line at %(office)s. Please stay nearby.",
                    place=letter.place,
                    office=letter.office,
                )
            end = _("Your address is deleted when your visit ends. Please do not answer.")
        return {"url": url, "title": title, "body": f"{said}\n\n{end}"}


def gateway_of(setting: str, address: str) -> str:
    """Return the apprise address that the setting of a way means for one visitor's address."""
    return setting.replace("{address}", quote(address, safe=""))


def hand_over(letters: Sequence[dict[str, str]], patience: float | None = None) -> list[bool]:
    """Hand messages to their gateway; say of each whether it was taken in `patience` seconds."""
    patience = PATIENCE if patience is None else patience
    try:
        worker = subprocess.run(
            [sys.executable, "-I", str(WORKER)],
            input=json.dumps({"patience": patience, "letters": letters}).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=patience + LOADING,
            check=True,
        )
        taken = json.loads(worker.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return [False] * len(letters)
    return [bool(each) for each in taken]
