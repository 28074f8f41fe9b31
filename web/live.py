"""Live updates: every journal row goes to every screen, after its commit, in numbered messages.

A screen gets `snapshot` when it connects, then `change` for every row of its office's journal; a
screen that knows a version connects with auth {after} and gets `caught_up` with the rows it missed,
or a `snapshot` when it is far behind. `heartbeat` tells the version when nothing else has for a few
seconds, so that a lost message costs nothing and silence is noticed.
"""

import math
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask, request
from flask_socketio import ConnectionRefusedError, Namespace, SocketIO, emit, join_room
from sqlalchemy import select

from office import sign_ins
from office.errors import Forbidden, OfficeError
from office.journal import Journaled, changes_after
from office.people import RIGHTS, Account, Actor, Right, Role, Token, rights_of
from office.place import Office
from office.turn import take_turn
from storage.engine import is_away
from storage.work import Work
from web.access import CredentialsMissing, identities, lacks_second_factor
from web.house import House, house

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = structlog.get_logger(__name__)

Change = dict[str, Any]

#: Seconds between heartbeats.
HEARTBEAT = 5
#: Seconds between two looks whose devices, sign-ins and rights have ended: half a heartbeat.
LOOK = HEARTBEAT / 2
#: Where sockets begin.
SOCKETS = "/socket.io/"
#: Seconds between two heartbeats while this process is cut off from the others.
HURRY = 0.5
#: Rows a screen may be behind before it gets a fresh snapshot instead.
FAR_BEHIND = 500


@dataclass(frozen=True)
class Seat:
    """One connected screen."""

    sid: str
    actor: Actor
    auth: dict[str, Any]


class Space(Namespace):
    """A namespace whose connections cannot pass their own words off as the library's.

    Socket.IO hands on whatever a client calls an event, even "connect" and "disconnect", whose
    handlers would then give up the seat of somebody who stays in the room and goes on hearing.
    """

    def trigger_event(self, event: Any, sid: str, *told: Any) -> Any:
        """Hand an event to its handler with at most one value; what cannot be one is ignored."""
        server = self.socketio.server
        if event == "connect":
            if not told or told[0] is not server.get_environ(sid, self.namespace):
                return None
            return self._let_in(sid, *told)
        if event == "disconnect":
            if server.manager.is_connected(sid, self.namespace):
                return None
        elif not isinstance(event, str) or not event.isidentifier():
            return None
        else:
            told = told[:1]
        return super().trigger_event(event, sid, *told)

    def _let_in(self, sid: str, *told: Any) -> Any:
        """Hand a connection to its handler. Raises ConnectionRefusedError, whatever goes wrong.

        Where the database goes away amid that, whoever came would be neither let in nor sent away,
        and wait for ever, in a room whose messages it does not take for its own.
        """
        try:
            return super().trigger_event("connect", sid, *told)
        except ConnectionRefusedError:
            raise
        except Exception as error:
            if is_away(error):
                log.warning("not_let_in", namespace=self.namespace, error=str(error)[:200])
            else:
                log.exception("not_let_in", namespace=self.namespace)
            with suppress(Exception):
                super().trigger_event("disconnect", sid)
            raise ConnectionRefusedError("unavailable") from error


class SeatedSpace(Space):
    """A namespace whose seats end with the token, the sign-in or the right they were taken by."""

    right: Right

    def __init__(self, namespace: str) -> None:
        super().__init__(namespace)
        self.seats: dict[str, Seat] = {}


class LiveSpace(SeatedSpace):
    """A namespace whose screens follow the journal of their office.

    A screen's module sets `right` and `view` and defines `snapshot`.
    """

    def view(self, change: Change) -> Change:
        """Return what this kind of screen is told of a change."""
        return change

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return everything the screen shows, with the version it stands at."""
        raise NotImplementedError

    def admit(self, work: Work, actor: Actor, auth: dict[str, Any]) -> None:
        """Raise an OfficeError to refuse a screen that has the right but asks for too much."""

    def on_connect(self, auth: Any = None) -> None:
        """Seat the screen in its office's room and tell it where things stand."""
        asked = auth if isinstance(auth, dict) else {}
        home = house()
        with home.store.read() as work:
            try:
                actor = self._actor(work, home, asked)
                self.admit(work, actor, asked)
            except OfficeError as error:
                raise ConnectionRefusedError(error.code) from error
            seat = Seat(str(request.sid), actor, asked)  # type: ignore[attr-defined]
            self.seats[seat.sid] = seat
            join_room(room_of(actor.office_id))
        self._bring_up(seat, asked.get("after"))

    def on_disconnect(self, *_reason: Any) -> None:
        """Give the seat up."""
        self.seats.pop(str(request.sid), None)  # type: ignore[attr-defined]

    def on_catch_up(self, asked: Any = None) -> None:
        """Send the rows after version {after}, or a snapshot when there are too many."""
        seat = self._seat()
        if seat is not None:
            self._bring_up(seat, asked.get("after") if isinstance(asked, dict) else None)

    def on_refresh(self, _asked: Any = None) -> None:
        """Send a fresh snapshot."""
        seat = self._seat()
        if seat is not None:
            self._bring_up(seat, None)

    def _seat(self) -> Seat | None:
        return self.seats.get(str(request.sid))  # type: ignore[attr-defined]

    def _bring_up(self, seat: Seat, after: Any) -> None:
        with house().store.read() as work:
            office = work.session.get_one(Office, seat.actor.office_id)
            if type(after) is int and 0 <= office.version - after <= FAR_BEHIND:
                rows = changes_after(work, office.id, after, FAR_BEHIND)
                emit(
                    "caught_up",
                    {
                        "version": rows[-1].version if rows else after,
                        "changes": [self.view(row.change()) for row in rows],
                    },
                )
            else:
                emit("snapshot", self.snapshot(work, office, seat))

    def _actor(self, work: Work, home: House, asked: dict[str, Any]) -> Actor:
        token = asked.get("token")
        found = False
        for actor in identities(work, home.clock.now(), token if isinstance(token, str) else None):
            found = True
            if actor.may(self.right):
                return actor
        raise Forbidden(right=self.right.value) if found else CredentialsMissing()


def bare(change: Change) -> Change:
    """Return a change stripped to what keeps the sequence whole."""
    return {"version": change["version"], "kind": change["kind"]}


def picked(change: Change, fields: Iterable[str]) -> Change:
    """Return a change with its version, kind and those of `fields` that it has."""
    return bare(change) | {field: change[field] for field in fields if field in change}


def room_of(office_id: int) -> str:
    """Return the name of the room of an office's screens."""
    return f"office:{office_id}"


class Publisher:
    """Sends journal rows to the screens after their commit, outside the request that made them."""

    def __init__(
        self,
        socketio: SocketIO,
        spaces: Sequence[LiveSpace],
        sent: Callable[[float], None] = lambda _committed: None,
        together: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._socketio = socketio
        #: Makes one message to the other processes of what is sent within it.
        self._together = together
        #: Told the time.monotonic() of the commit of each row that has been sent.
        self._sent = sent
        self._spaces = spaces
        self._rows: queue.Queue[tuple[float, Journaled]] = queue.Queue()
        #: When (time.monotonic) the screens of each office were last told a row, all of them.
        self._told: dict[int, float] = {}

    def heard(self, events: Sequence[object]) -> None:
        """Take the events of a committed work."""
        for event in events:
            if isinstance(event, Journaled):
                self._rows.put((time.monotonic(), event))

    def run(self) -> None:
        """Send rows for ever."""
        while True:
            self.send_next()

    def send_next(self) -> None:
        """Send the next row; a failure is logged, and the screens notice the gap."""
        committed, row = self._rows.get()
        with self._together():
            told = [self._emitted(space, row) for space in self._spaces]
        if all(told):
            self._told[row.office_id] = time.monotonic()
        self._sent(committed)

    def _emitted(self, space: LiveSpace, row: Journaled) -> bool:
        """Send a row to the screens of one kind, and say whether that worked."""
        try:
            self._socketio.emit(
                "change",
                space.view(row.change),
                namespace=space.namespace,
                to=room_of(row.office_id),
            )
        except Exception:
            log.exception("emit_failed", namespace=space.namespace, version=row.version)
            return False
        return True

    def is_talking(self, office_id: int) -> bool:
        """Say whether an office's screens were told a row, and so their version, within LOOK."""
        return time.monotonic() - self._told.get(office_id, -math.inf) < LOOK


class Pulse:
    """Every few seconds: heartbeats, the turn of the day, and the end of revoked devices."""

    def __init__(
        self,
        app: Flask,
        home: House,
        spaces: Sequence[LiveSpace],
        is_talking: Callable[[int], bool] = lambda _office_id: False,
    ) -> None:
        self._app = app
        self._home = home
        self._spaces = spaces
        #: Says of an office whether its screens have just been told their version with a row.
        self._is_talking = is_talking
        self._stopped = threading.Event()

    def run(self) -> None:
        """Beat until stopped, and drop between two beats, too, whoever has to go.

        While this process is cut off from the others, the database alone knows what they do, and
        is asked more often.
        """
        for deed in cycle((self.drop, self.beat)):
            for _ in range(round(LOOK / HURRY)):
                if self._stopped.wait(HURRY):
                    return
                if self._home.parted():
                    self._do(self.tell)
            self._do(deed)

    def stop(self) -> None:
        """Beat no more."""
        self._stopped.set()

    def beat(self) -> None:
        """Do what the clock brings, tell every screen its version, drop the revoked.

        Screens that have just been told a row have the version with it: a heartbeat to a thousand
        takes as long as a call, which would have to wait for it. Where other processes serve, too,
        it is told all the same, for a row may be lost on the way to them.
        The outlook is made anew for offices with a screen at this process, and where a number was
        taken here lately; the others' screens are told by the process they are at.
        """
        now = self._home.clock.now()
        self._home.clock_watch.look(now)
        self.drop()
        here = {seat.actor.office_id for _, seat in self._seats()}
        with self._home.store.read() as work:
            offices = list(work.session.scalars(select(Office).order_by(Office.id)))
            for office in offices:
                if office.id in here or self._home.outlooks.is_asked(office.id, now):
                    self._home.outlooks.of(work, office, now)
        for office in offices:
            goes_home = office.home_at is not None and now >= office.home_at
            if goes_home or office.open_day is None or office.today(now) > office.open_day:
                with self._home.store.work() as work:
                    office = take_turn(work, office.id, now)
            if office.id in here and not (self._home.alone and self._is_talking(office.id)):
                self._tell(office.id, office.version, now)

    def tell(self) -> None:
        """Tell the screens at this process their versions, and do nothing else."""
        now = self._home.clock.now()
        here = {seat.actor.office_id for _, seat in self._seats()}
        with self._home.store.read() as work:
            query = select(Office.id, Office.version).where(Office.id.in_(here))
            versions = work.session.execute(query.order_by(Office.id)).all()
        for office_id, version in versions:
            self._tell(office_id, version, now)

    def drop(self) -> None:
        """Close the sockets of revoked devices, ended sign-ins and rights taken away."""
        with self._home.store.read() as work:
            gone = self._gone(work, self._home.clock.now())
        for space, sid in gone:
            self._home.socketio.server.disconnect(sid, namespace=space.namespace)
        self._home.gate.sweep()

    def _do(self, deed: Callable[[], None]) -> None:
        try:
            with self._app.app_context():
                deed()
            self._home.cut_off = False
        except Exception as error:
            self._home.cut_off = is_away(error)
            log.exception("pulse_failed")

    def _tell(self, office_id: int, version: int, now: datetime) -> None:
        for space in self._spaces:
            self._home.socketio.emit(
                "heartbeat",
                {"version": version, "at": now.isoformat()},
                namespace=space.namespace,
                to=room_of(office_id),
                # every process beats for its own screens
                ignore_queue=True,
            )

    def _seats(self) -> list[tuple[SeatedSpace, Seat]]:
        spaces: list[SeatedSpace] = [*self._spaces, *self._home.seated]
        return [(space, seat) for space in spaces for seat in list(space.seats.values())]

    def _gone(self, work: Work, now: datetime) -> list[tuple[SeatedSpace, str]]:
        seats = self._seats()
        tokens = {
            (token_id, generation)
            for token_id, generation in work.session.execute(
                select(Token.id, Token.generation).where(Token.revoked_at.is_(None))
            )
        }
        signed_in = sign_ins.all_holding(work, now)
        accounts = {
            account.id: rights_of(account)
            for account in work.session.scalars(select(Account).where(Account.active.is_(True)))
        }
        lacking = {
            account.id
            for account in work.session.scalars(
                select(Account).where(Account.id.in_({seat.actor.account_id for _, seat in seats}))
            )
            if lacks_second_factor(work, account)
        }
        return [
            (space, seat.sid)
            for space, seat in seats
            if (
                seat.actor.token_id is not None
                and (seat.actor.token_id, seat.actor.generation) not in tokens
            )
            or (seat.actor.sign_in_id is not None and seat.actor.sign_in_id not in signed_in)
            or (
                seat.actor.sign_in_id is not None
                and seat.actor.account_id in lacking
                and space.right not in RIGHTS[Role.SUPERVISOR]
            )
            or (
                seat.actor.account_id is not None
                and space.right not in accounts.get(seat.actor.account_id, ())
            )
        ]


class Elsewhere:
    """WSGI middleware: while the database cannot be reached from here, screens are sent elsewhere.

    A proxy in front asks another process, which may reach it; let in here they would be told
    nothing, and come again, for this process has least to do.
    """

    def __init__(self, app: "WSGIApplication", home: House) -> None:
        self._app, self._home = app, home

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Hand the request on, or answer 504 to a screen that connects."""
        begins = "sid=" not in environ.get("QUERY_STRING", "")
        if self._home.cut_off and begins and environ.get("PATH_INFO", "") == SOCKETS:
            start_response("504 Gateway Timeout", [("Content-Type", "text/plain")])
            return [b"unavailable"]
        return self._app(environ, start_response)


def start(app: Flask, home: House, spaces: Sequence[LiveSpace]) -> Pulse:
    """Register `spaces` and start sending to them; return the pulse, for its stop."""
    for space in spaces:
        home.socketio.on_namespace(space)
    sent = home.metrics.sent if home.metrics is not None else lambda _committed: None
    publisher = Publisher(home.socketio, spaces, sent, home.together)
    home.store.after_commit(publisher.heard)
    pulse = Pulse(app, home, spaces, publisher.is_talking)
    background: list[Callable[[], None]] = [publisher.run, pulse.run]
    for task in background:
        home.socketio.start_background_task(task)
    return pulse
