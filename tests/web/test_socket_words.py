"""Whatever is said over a socket: no fault, no seat lost, and nobody told what is not theirs."""

import json
import os
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from socket import create_connection
from typing import Any

import pytest
import requests
import websocket
from flask_socketio import SocketIOTestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError
from websocket import ABNF

from kiosk.agents import Agents
from office import notes
from office.devices import devices_of, revoke
from tests.houses import Client, Server, Staffed
from tests.screens import Screen
from tests.web.test_who_may import EVENTS, NOBODY, SOCKETS, tokens
from web.house import House
from web.live import Pulse, SeatedSpace

__all__ = ["tokens"]

#: What a neighbouring office's visitors and this one's clerks write, each once.
ABROAD, NOTE = "Layanan kantor tetangga", "Membawa map biru"
#: Who reads what clerks note.
STAFF_ROOMS = {"/counter", "/floor", "/manager"}
SEAT = "kursi0123456789"

#: What the messages of all namespaces hold, and what an address to connect by may.
KEYS = (
    *("after", "version", "build", "sound", "seat", "state", "waiting", "calls", "call", "left"),
    *("starts_in", "ends_in", "medium", "trouble", "job", "attempt", "printed", "code", "started"),
    *("token", "counter", "look", "layout", "zone", "kiosk", "paper", "label"),
)


class Long(str):
    """A long text that a report of a failure shows in short."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"Long({self[:1]!r} * {len(self)})"


ODD = (
    *(None, True, 0, 1, -1, 2, 2**31, 2**63, 10**40, -(10**40), 0.5, 1e300, "", "\0", "\ud800"),
    *(
        "1",
        Long("9" * 5000),
        Long("x" * 40_000),
        SEAT,
        "ready",
        "refused",
        "gone",
        "on",
        "off",
        "speaking",
    ),
    *("waiting", "ended", "sign", "board", "A001", "<img src=x onerror=alert(1)>", b"\xff" * 9),
)
LEAVES = st.sampled_from(ODD) | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=8,
)
CALL = st.fixed_dictionaries(
    {"call": st.integers(1, 9), "state": st.sampled_from(("waiting", "speaking", "ended"))},
    optional={each: st.integers(-5, 9) | JSON for each in ("left", "starts_in", "ends_in")},
)
TOLD = JSON | st.fixed_dictionaries(
    {},
    optional={each: st.sampled_from(ODD) | JSON for each in KEYS}
    | {
        "seat": st.just(SEAT),
        "calls": st.lists(CALL | st.integers(0, 9), max_size=3),
        "waiting": st.lists(st.integers(0, 9), max_size=3),
        "job": st.integers(0, 2),
        "attempt": st.integers(0, 2),
    },
)
#: Names that are no events, some of which mean something to Socket.IO or to Python.
NO_EVENTS = ("connect", "disconnect", "message", "snapshot", "emit", "__class__", "\0", "", 7, None)

#: Every namespace, and on the other database, too, those that keep what they are told.
PLACES = [
    *(("sqlite", name) for name in SOCKETS),
    *(("postgresql", name) for name in ("/display", "/agent")),
]

#: How many times as many examples as usual are tried.
TIMES = int(os.environ.get("ANTREAN_TRIES", "1"))

Example = Callable[[Callable[..., None]], Callable[[], None]]


def tried(count: int, **given_: Any) -> Example:
    """Return a decorator that tries a function with `count` examples, the same ones each time."""

    def with_examples(act: Callable[..., None]) -> Callable[[], None]:
        return settings(
            max_examples=count * TIMES,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )(given(**given_)(act))

    return with_examples


class Room:
    """The sockets of one app, with everybody's tokens and what each must not be told."""

    def __init__(self, client: Client, staffed: Staffed, tokens: dict[str, str]) -> None:
        self.app = client.flask.application
        self.home: House = self.app.extensions["antrean"]
        self.socketio = self.home.socketio
        for space in self.home.spaces:
            self.socketio.on_namespace(space)
        self.handlers = self.socketio.server.namespace_handlers
        self.label, self.secret = staffed.take_with_token()
        self.others = [staffed.take_with_token() for _ in range(2)]
        staffed.next()
        staffed.at(1, lambda desk: notes.add_note(desk, self.label, NOTE, sure=True))
        self.keys = [*tokens.values(), *(secret for _label, secret in self.others)]

    def connect(self, name: str, auth: Any) -> SocketIOTestClient:
        """Knock at a namespace."""
        return self.socketio.test_client(self.app, namespace=name, auth=auth)

    def heard(self, name: str, socket: SocketIOTestClient) -> None:
        """See that what a socket was told is for the likes of it."""
        told = json.dumps(socket.get_received(name), default=str)
        assert ABROAD not in told
        assert not [each for each in self.keys if each in told]
        if name not in STAFF_ROOMS:
            assert NOTE not in told
        if name in ("/ticket", "/agent", "/kiosk"):
            assert not [label for label, _secret in self.others if label in told]


@pytest.fixture
def room(
    make_client: Callable[..., Client],
    staffed: Staffed,
    make_staffed: Callable[[], Staffed],
    tokens: dict[str, str],
) -> Room:
    """The sockets of the sample office, beside a busy neighbour."""
    abroad = make_staffed()

    def rename(work: Any, office: Any) -> None:
        office.names = dict.fromkeys(office.names, ABROAD)

    abroad.in_turn(rename)
    abroad.take()
    abroad.next()
    return Room(make_client(), staffed, tokens)


@pytest.mark.parametrize(("shared_url", "name"), PLACES, indirect=["shared_url"])
def test_whatever_a_screen_says_it_keeps_its_seat_and_is_told_its_own(
    name: str, room: Room, tokens: dict[str, str]
) -> None:
    allowed, more = SOCKETS[name]
    handler = room.handlers[name]
    auths = [{"token": tokens[who], **more} for who in sorted(allowed)]
    sockets = [room.connect(name, auth) for auth in auths or [{"token": room.secret}]]
    assert all(socket.is_connected(name) for socket in sockets)
    seats = dict(getattr(handler, "seats", {}))
    foreign, answer = threading.Event(), dict[str, Any]()
    if isinstance(handler, Agents):
        handler._waiting[(1, 1)] = ("another agent's", foreign, answer)

    @tried(
        30,
        who=st.integers(0, len(sockets) - 1),
        event=st.sampled_from((*sorted(EVENTS[name]) * 3, *NO_EVENTS)),
        values=st.lists(TOLD, max_size=2),
    )
    def say(who: int, event: Any, values: list[Any]) -> None:
        sockets[who].emit(event, *values, namespace=name)
        for socket in sockets:
            room.heard(name, socket)

    say()
    assert dict(getattr(handler, "seats", {})) == seats
    assert not foreign.is_set() and not answer
    for socket in sockets:
        assert socket.is_connected(name)
        socket.emit("refresh", namespace=name)
        if isinstance(handler, SeatedSpace) and "refresh" in EVENTS[name]:
            assert [each["name"] for each in socket.get_received(name)] == ["snapshot"]
        socket.disconnect(name)
    assert not getattr(handler, "seats", {})


@pytest.mark.parametrize(("shared_url", "name"), PLACES, indirect=["shared_url"])
def test_whatever_knocks_at_a_socket_only_who_may_is_let_in(
    name: str, room: Room, tokens: dict[str, str]
) -> None:
    allowed, more = SOCKETS[name]

    @tried(25, who=st.sampled_from((NOBODY, *tokens)), auth=TOLD, more=st.sampled_from((more, {})))
    def knock(who: str, auth: Any, more: dict[str, Any]) -> None:
        if who in tokens:
            auth = {**(auth if isinstance(auth, dict) else {}), **more, "token": tokens[who]}
        # words to knock with are JSON alone
        socket = room.connect(name, json.loads(json.dumps(auth, default=str)))
        if socket.is_connected(name):
            assert who in allowed or who == "elsewhere"
            if who in allowed:
                room.heard(name, socket)
            socket.disconnect(name)

    knock()


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_a_board_that_says_it_is_gone_hears_nothing_more_once_it_is_removed(
    room: Room, staffed: Staffed, tokens: dict[str, str]
) -> None:
    board = room.connect("/display", {"token": tokens["screen"]})
    board.emit("disconnect", "bye", namespace="/display")
    assert board.is_connected("/display")
    with staffed.store.work() as work:
        devices = {each.role: each for each in devices_of(work, staffed.office_id)}
        revoke(devices["screen"], staffed.clock.now())
    with room.app.app_context():
        Pulse(room.app, room.home, room.home.spaces).drop()
    assert not board.is_connected("/display")


#: Frames that are no Socket.IO, or not as anybody's library would send them.
FRAMES = (
    *(
        "",
        "4",
        "4x",
        "49",
        "9",
        "40",
        "40/display,",
        "40/nowhere,{}",
        "40/display,[]",
        "40/display,7",
    ),
    *("41", "41/display,", "42", "42[", "42[]", "42{}", "42/display,", '42/display,["refresh"]'),
    *(
        '42/display,99999999999999999999["refresh"]',
        "43",
        '43/display,1["x"]',
        "44",
        "45",
        "451-[]",
    ),
    *('451-/display,["report",{"_placeholder":true,"num":0}]', '459-["x"]', "4" + "[" * 50_000),
    *("40/display," + "[" * 50_000, "40/display," + "9" * 50_000, "4" * 70_000),
)


OPENED = b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nUpgrade: websocket\r\n"
#: Heads of requests that open no socket; nor does the name of one that holds a line of the log.
HEADS = (
    OPENED + b"Connection: Upgrade",
    OPENED + b"Connection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 99",
    OPENED + b"Connection: close\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13",
    OPENED
    + b"Connection: Upgrade\r\nSec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n"
    + b"Sec-WebSocket-Protocol: \xff",
    b"GET /socket.io/?EIO=4&transport=polling&sid=a%0aserved%0a HTTP/1.1",
    b"GET / HTTP/1.1" + b"".join(b"\r\nX%d: 1" % each for each in range(150)),
)


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_frames_that_are_no_messages_disturb_nobody_else(server: Server, shared_url: str) -> None:
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    board.wait_for("snapshot")
    address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    for frame in (*FRAMES, b"", b"\0" * 9, b"\xff" * 70_000):
        line = websocket.create_connection(address, timeout=5)
        line.recv()
        if isinstance(frame, str):
            line.send(frame)
        else:
            line.send_binary(frame)
        line.close()
    polling = f"{server.url}/socket.io/?EIO=4&transport=polling"
    for body in ("", "4x", "x", "d=", "\x1e".join("3" * 40), "451-[]", "b4", "4" * 70_000, "2"):
        sid = requests.get(polling, timeout=5).text.partition('"sid":"')[2].partition('"')[0]
        # what engineio makes of these by itself leaves the asker waiting for ever
        answer = requests.post(f"{polling}&sid={sid}", body, timeout=5)
        assert answer.status_code == 400, body
        assert requests.get(f"{polling}&sid={sid}", timeout=5).status_code == 400, "ended"
    server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    board.wait_for("change", lambda change: change["kind"] == "ticket_taken")
    assert board.all("disconnect") == []
    board.disconnect()
    for head in HEADS:
        with create_connection(("127.0.0.1", server.port), timeout=5) as caller:
            caller.sendall(head + b"\r\nHost: localhost\r\n\r\n")
            assert caller.recv(99).split()[1] == b"400", head
    # another site's page gets no socket, whatever cookies its visitor has
    far = requests.get(polling, headers={"Origin": "http://evil.example"}, timeout=5)
    assert (far.status_code, "sid" in far.text) == (400, False)
    said = (server.data / "server.log").read_text()
    assert "Traceback" not in said
    told = [json.loads(line) for line in said.splitlines() if not line.startswith("serving ")]
    refused = [each for each in told if each["event"] == "connection_refused"]
    assert [each["why"] for each in refused] == ["unreadable"], "one line a minute"
    figures = requests.get(f"{server.url}/metrics", timeout=5).text
    counted = re.search(r'connections_refused_total\{why="unreadable"\} ([0-9.]+)', figures)
    assert counted is not None and float(counted[1]) > 25


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_a_flood_or_a_message_without_end_ends_its_own_connection_only(
    server: Server, shared_url: str
) -> None:
    address = server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    # as whole frames, one frame of a terabyte, and pieces of a message that is never whole
    pings = ABNF.create_frame("3", ABNF.OPCODE_TEXT).format() * 3000
    endless = b"\x81\xff" + (1 << 40).to_bytes(8, "big") + b"\0\0\0\0" + b"x" * 500_000
    pieces = b"\x01\xfe\x10\0\0\0\0\0" + b"x" * 4096 + (b"\0\xfe\x10\0\0\0\0\0" + b"x" * 4096) * 60
    for flood in (pings, endless, pieces):
        line = websocket.create_connection(address, timeout=20)
        line.recv()
        assert line.sock is not None
        with suppress(OSError):
            line.sock.sendall(flood)
        began = time.monotonic()
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
        assert time.monotonic() - began < 5
        with suppress(websocket.WebSocketConnectionClosedException, OSError):
            while line.recv():
                pass
        assert time.monotonic() - began < 15, "closed"
        line.close()
    assert "Traceback" not in (server.data / "server.log").read_text()


@pytest.mark.parametrize("shared_url", ["sqlite"], indirect=True)
def test_whom_the_database_leaves_amid_coming_in_is_sent_away_and_keeps_no_seat(
    room: Room, tokens: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "/display"
    handler = room.handlers[name]

    def lost(*_asked: object) -> None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    with monkeypatch.context() as patch:
        patch.setattr(handler, "_bring_up", lost)
        screen = room.connect(name, {"token": tokens["screen"]})
        assert not screen.is_connected(name)
    assert handler.seats == {}
    assert not room.socketio.server.manager.rooms.get(name)
    again = room.connect(name, {"token": tokens["screen"]})
    assert again.is_connected(name) and len(handler.seats) == 1
