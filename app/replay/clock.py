"""Recorded time: either the machine's clock made faster, or one that moves when nobody is busy.

Kiosk and clerks are threads that say until when they have nothing to do. A ScaledClock lets them
sleep. A FastClock skips to the next moment at which somebody has, as soon as everybody is at rest
and every idle clerk has heard on its own socket of whoever was given a ticket; so the order of
arrivals and ends of services is the recording's, as fast as the server answers.
"""

import heapq
import itertools
import threading
import time
from typing import Protocol

#: Seconds the fast clock waits for a socket before it moves on without it.
HEARING = 2.0


class Seat(Protocol):
    """An idle clerk as the clock sees one."""

    @property
    def wants(self) -> bool:
        """Whether its socket shows somebody it may call."""
        ...

    def heard(self, version: int) -> bool:
        """Say whether its socket has shown everything up to `version`."""
        ...


class Nap:
    """A stretch in which an actor has nothing to do before a moment."""

    def __init__(self, until: float, seat: Seat | None) -> None:
        self.until = until
        self.seat = seat
        self.over = threading.Event()


class Clock(Protocol):
    """What kiosk and clerks need of time; moments are seconds of the recording."""

    @property
    def now(self) -> float:
        """The present moment of the recording."""
        ...

    def enter(self) -> None:
        """Count one more actor as busy; to be called before its thread starts."""
        ...

    def leave(self) -> None:
        """The actor has gone home."""
        ...

    def rest(self, until: float, seat: Seat | None = None) -> Nap:
        """Begin a nap until a moment or, with `seat`, until it wants to be up."""
        ...

    def wait(self, nap: Nap) -> None:
        """Sleep until the nap is over."""
        ...

    def stir(self) -> None:
        """Something was heard on a socket."""
        ...

    def owe(self, version: int, seats: list[Seat]) -> None:
        """Let `seats` hear of `version` before time moves on."""
        ...


class ScaledClock:
    """The machine's clock, `speed` times as fast, beginning at `start`."""

    def __init__(self, start: float, speed: float) -> None:
        self._start = start
        self._speed = speed
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._idle: list[Nap] = []

    @property
    def now(self) -> float:
        """The present moment of the recording."""
        return self._start + (time.monotonic() - self._began) * self._speed

    def enter(self) -> None:
        """Nothing waits for anybody here."""

    def leave(self) -> None:
        """Nothing waits for anybody here."""

    def rest(self, until: float, seat: Seat | None = None) -> Nap:
        """Begin a nap."""
        nap = Nap(until, seat)
        if seat is not None:
            with self._lock:
                self._idle.append(nap)
            self.stir()
        return nap

    def wait(self, nap: Nap) -> None:
        """Sleep until the nap's moment has come or its seat wants to be up."""
        nap.over.wait(max(nap.until - self.now, 0.0) / self._speed)
        with self._lock:
            if nap in self._idle:
                self._idle.remove(nap)

    def stir(self) -> None:
        """Wake every idle clerk that sees somebody to call: several may reach for the same."""
        with self._lock:
            for nap in self._idle:
                if nap.seat is not None and nap.seat.wants:
                    nap.over.set()

    def owe(self, version: int, seats: list[Seat]) -> None:
        """Time does not wait here."""


class FastClock:
    """A clock that stands still while anybody is busy and then skips to what comes next."""

    def __init__(self, start: float) -> None:
        self._now = start
        self._lock = threading.Lock()
        self._busy = 0
        self._order = itertools.count()
        self._naps: list[tuple[float, int, Nap]] = []
        self._idle: list[Nap] = []
        self._owed: dict[int, tuple[Seat, int, float]] = {}
        #: How often a socket was not waited for any longer.
        self.unheard = 0

    @property
    def now(self) -> float:
        """The present moment of the recording."""
        return self._now

    def enter(self) -> None:
        """Count one more actor as busy."""
        with self._lock:
            self._busy += 1

    def leave(self) -> None:
        """Count one actor less."""
        with self._lock:
            self._busy -= 1
            self._turn()

    def rest(self, until: float, seat: Seat | None = None) -> Nap:
        """Begin a nap; what the actor still does before it waits happens within the nap."""
        nap = Nap(until, seat)
        with self._lock:
            heapq.heappush(self._naps, (until, next(self._order), nap))
            if seat is not None:
                self._idle.append(nap)
            self._busy -= 1
            self._turn()
        return nap

    def wait(self, nap: Nap) -> None:
        """Sleep until the nap is over."""
        while not nap.over.wait(HEARING / 4):
            self.stir()

    def stir(self) -> None:
        """See whether time can move on."""
        with self._lock:
            self._turn()

    def owe(self, version: int, seats: list[Seat]) -> None:
        """Let `seats` hear of `version` before time moves on."""
        until = time.monotonic() + HEARING
        with self._lock:
            for seat in seats:
                self._owed[id(seat)] = (seat, version, until)

    def _turn(self) -> None:
        if self._busy:
            return
        if self._wake_wanting() or self._someone_unheard():
            return
        while self._naps and self._naps[0][2].over.is_set():
            heapq.heappop(self._naps)
        if not self._naps:
            return
        self._now = max(self._now, self._naps[0][0])
        while self._naps and self._naps[0][0] <= self._now:
            nap = heapq.heappop(self._naps)[2]
            if not nap.over.is_set():
                self._wake(nap)

    def _wake_wanting(self) -> bool:
        """Wake the two clerks longest idle who see somebody to call: they reach for the same."""
        wanting = [nap for nap in self._idle if nap.seat is not None and nap.seat.wants]
        for nap in wanting[:2]:
            self._wake(nap)
        return bool(wanting)

    def _someone_unheard(self) -> bool:
        idle = {id(nap.seat) for nap in self._idle}
        now = time.monotonic()
        waiting = False
        for key, (seat, version, until) in list(self._owed.items()):
            if key not in idle or seat.heard(version):
                del self._owed[key]
            elif now > until:
                del self._owed[key]
                self.unheard += 1
            else:
                waiting = True
        return waiting

    def _wake(self, nap: Nap) -> None:
        if nap in self._idle:
            self._idle.remove(nap)
        self._busy += 1
        nap.over.set()
