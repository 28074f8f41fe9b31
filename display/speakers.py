"""One speaker per zone: what boards say of their sound, and of what they announce, to everybody."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from flask import request
from flask_socketio import emit

from office.announcing import SILENT, SOUNDING, STATES, Said, announced, over, report, silences
from office.place import Office
from storage.base import LARGEST
from storage.work import Work
from web.house import house
from web.live import LiveSpace, Seat, room_of

#: Calls a speaker may tell of at once.
MOST = 60
#: Longest an announcement may be said to wait or take, in milliseconds.
LONGEST = 3_600_000


class SpeakingSpace(LiveSpace):
    """Screens of which one speaks in each zone."""

    def __init__(self, namespace: str) -> None:
        super().__init__(namespace)
        #: The zone and the seat of the pages that spoke when last heard of, by their sockets.
        self.speaking: dict[str, tuple[int, str]] = {}

    def zone_of(self, seat: Seat) -> int:
        """Return the number of the zone a screen hangs in."""
        raise NotImplementedError

    def on_sound(self, asked: Any = None) -> None:
        """Hear {seat, state} of a page's sound; tell it who speaks, and all when that changed.

        A page keeps its seat, a name it made up, through every reconnection and restart. One that
        was cut off adds the calls {waiting} in its queue, and is told which of them are over.
        """
        screen, seat = self._seat(), _seat_in(asked)
        if screen is None or seat is None or asked.get("state") not in SOUNDING + SILENT:
            return
        # Who looks at a board from a desk hears nothing, and takes nobody's voice away.
        if screen.auth.get("look"):
            return
        zone = self.zone_of(screen)
        speaks = self._report(screen, zone, seat, asked["state"])
        told: dict[str, Any] = {"zone": zone, "seat": speaks, "yours": True}
        if isinstance(asked.get("waiting"), list):
            calls = [each for each in asked["waiting"][:MOST] if _is_version(each)]
            with house().store.read() as work:
                told["over"] = over(work, screen.actor.office_id, zone, calls)
        emit("speaker", told)

    def on_announcing(self, asked: Any = None) -> None:
        """Hear from a speaker what it says now, what waits and what is over; tell everybody."""
        screen, seat = self._seat(), _seat_in(asked)
        if screen is None or seat is None or not isinstance(asked.get("calls"), list):
            return
        home = house()
        zone, now, office_id = self.zone_of(screen), home.clock.now(), screen.actor.office_id
        told = [each for each in asked["calls"][:MOST] if _is_call(each)]
        if not announced(home.store, office_id, zone, seat, list(_said(told, now)), now):
            return
        room = room_of(office_id)
        message = {"zone": zone, "seat": seat, "calls": told}
        home.socketio.emit("announcing", message, namespace=self.namespace, to=room)
        home.socketio.emit("announcing", {"zone": zone}, namespace="/counter", to=room)

    def on_waiting(self, asked: Any = None) -> None:
        """Hear from a silent screen which {calls} wait in its queue; tell those of its zone."""
        screen, seat = self._seat(), _seat_in(asked)
        if screen is None or seat is None or not isinstance(asked.get("calls"), list):
            return
        calls = [each for each in asked["calls"][:MOST] if _is_version(each)]
        told = {"zone": self.zone_of(screen), "calls": calls}
        room = room_of(screen.actor.office_id)
        house().socketio.emit("waiting", told, namespace=self.namespace, to=room)

    def on_disconnect(self, *reason: Any) -> None:
        """Give the seat up, and its voice."""
        sid = str(request.sid)  # type: ignore[attr-defined]
        seat = self.seats.get(sid)
        super().on_disconnect(*reason)
        if seat is not None and sid in self.speaking:
            self._report(seat, *self.speaking[sid], "gone")

    def _report(self, screen: Seat, zone: int, seat: str, state: str) -> str | None:
        home = house()
        office_id = screen.actor.office_id
        speaks, changed = report(home.store, office_id, zone, seat, state, home.clock.now())
        if speaks == seat:
            self.speaking[screen.sid] = zone, seat
        else:
            self.speaking.pop(screen.sid, None)
        if changed:
            room = room_of(office_id)
            message = {"zone": zone, "seat": speaks}
            home.socketio.emit("speaker", message, namespace=self.namespace, to=room)
            home.socketio.emit("sound", {"zone": zone}, namespace="/manager", to=room)
        return speaks


def sound_of_day(work: Work, office: Office) -> dict[str, Any]:
    """Return for the manager's day which zones have no working sound."""
    return {"silences": silences(work, office, house().clock.now())}


def _said(calls: Iterable[dict[str, Any]], now: datetime) -> Iterable[Said]:
    for each in calls:
        starts, ends = (
            now + timedelta(milliseconds=each[name]) for name in ("starts_in", "ends_in")
        )
        yield Said(each["call"], each["state"], starts, ends)


def _seat_in(asked: Any) -> str | None:
    seat = asked.get("seat") if isinstance(asked, dict) else None
    return seat if isinstance(seat, str) and 8 <= len(seat) <= 40 and seat.isalnum() else None


def _is_version(told: object) -> bool:
    return type(told) is int and 1 <= told <= LARGEST


def _is_call(told: Any) -> bool:
    """Say whether a screen's word of a call is one that can be believed and passed on."""
    return (
        isinstance(told, dict)
        and told.keys() <= {"call", "state", "left", "starts_in", "ends_in"}
        and told.get("state") in STATES
        and all(
            isinstance(told.get(name), int) and low <= told[name] <= high
            for name, low, high in (
                ("call", 1, LARGEST),
                ("left", 0, 3),
                ("starts_in", -LONGEST, LONGEST),
                ("ends_in", -LONGEST, LONGEST),
            )
        )
    )
