"""The gate before the sockets: how many from one place, how fast, and which packets."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from engineio.socket import Socket  # type: ignore[import-untyped]
from flask import Flask
from flask_socketio import Namespace, SocketIO

from app.factory import create_app
from app.settings import Settings
from web import sockets
from web.sockets import (
    AT_ONCE,
    UNREAD,
    UNSEATED,
    Crowd,
    Gate,
    Pace,
    Refusals,
    is_readable,
    place_of,
)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("10.0.0.7", "10.0.0.7"),
        ("::ffff:10.0.0.7", "10.0.0.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("fe80::1%eth0", "fe80::"),
        ("::1", "::1"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_of_ipv6_a_machine_is_its_network(address: str, place: str) -> None:
    assert place_of(address) == place


@pytest.mark.parametrize(
    "said",
    [
        *("1", "3", "5", "2probe", "40", "40{}", "40/display,", '40/display,{"token":"x"}'),
        *("41", "41/display,", '42["refresh"]', '42/display,["refresh"]'),
        '42/agent,17["done",{"job":1}]',
    ],
)
def test_what_screens_send_is_readable(said: str) -> None:
    assert is_readable(said)


@pytest.mark.parametrize(
    "said",
    [
        *(None, b"", b"4", "", "0", "2", "6", "4", "4x", "43[]", "44", '451-["x"]', "46", "b4"),
        *("40[]", "407", "40/display,7", "41{}", "42", "42[]", "42{}", "42[7]", '42["x"'),
        *('42["x",NaN]', '42["x",-Infinity]', '42["x",' + "9" * 5000 + "]"),
        *("42" + "[" * 60_000, '42["x",' + "[" * 600 + "]" * 601, "42" + "9" * 400 + '["x"]'),
        *("40/" + "n" * 100_000, "40/Display,", "40²[]", '4٢["x"]', "é"),
    ],
)
def test_what_no_screen_sends_is_not(said: Any) -> None:
    assert not is_readable(said)


def test_a_place_has_so_many_connections_and_this_machine_any_number() -> None:
    crowd = Crowd(2)
    assert [crowd.enter("10.0.0.7") for _ in range(3)] == [True, True, False]
    assert crowd.enter("10.0.0.8") and all(crowd.enter("127.0.0.1") for _ in range(9))
    crowd.leave("10.0.0.7")
    assert crowd.enter("10.0.0.7") and not crowd.enter("10.0.0.7")


def test_a_connection_may_say_much_at_once_and_little_in_the_long_run(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(sockets, "time", SimpleNamespace(monotonic=lambda: now[0]))
    pace = Pace()
    assert [pace.holds() for _ in range(AT_ONCE + 1)] == [True] * AT_ONCE + [False]
    now[0] = 100.0
    assert all(pace.holds() for _ in range(AT_ONCE - 1))


def test_the_log_is_told_once_in_a_while_how_often(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = [0.0]
    monkeypatch.setattr(sockets, "time", SimpleNamespace(monotonic=lambda: now[0]))
    refusals = Refusals()
    for _ in range(500):
        refusals.add("pace")
    refusals.add("crowd")
    now[0] = 61.0
    refusals.add("pace")
    said = capsys.readouterr().out.splitlines()
    assert [("pace" in line, "times=500" in line or "500" in line) for line in said] == [
        (True, False),
        (False, False),
        (True, True),
    ]
    assert refusals.counts == {"pace": 501, "crowd": 1}


@pytest.fixture
def gate() -> Gate:
    """A gate before sockets of which one namespace lets everybody in."""
    socketio = SocketIO(Flask("sockets"), async_mode="threading")
    socketio.on_namespace(Namespace("/display"))
    return Gate(socketio)


def come(gate: Gate, sid: str, address: str = "10.0.0.7") -> tuple[Any, Socket]:
    """Let a connection come; return what it is told, and it."""
    engine = gate._engine
    line = engine.sockets[sid] = Socket(engine, sid)
    environ = {"REMOTE_ADDR": address, "flask.app": Flask("sockets"), "QUERY_STRING": ""}
    return engine.handlers["connect"](sid, environ), line


def test_a_connection_at_no_namespace_or_of_which_nobody_reads_ends(gate: Gate) -> None:
    lines = {sid: come(gate, sid)[1] for sid in ("idle", "seated", "deaf")}
    for sid in ("seated", "deaf"):
        gate._server.manager.connect(gate._server.manager.pre_connect(sid, "/display"), "/display")
    for _ in range(UNREAD + 1):
        lines["deaf"].queue.put(None)
    gate._places = {
        sid: (place, since - UNSEATED - 1) for sid, (place, since) in gate._places.items()
    }
    gate.sweep()
    assert {sid for sid, line in lines.items() if line.closed} == {"idle", "deaf"}
    assert gate.refusals.counts == {"unseated": 1, "unread": 1}
    assert set(gate._places) == {"seated"}


def test_too_many_from_one_place_are_turned_away_and_others_are_not(gate: Gate) -> None:
    gate.crowd = Crowd(2)
    assert [come(gate, str(number))[0] for number in range(3)] == [None, None, False]
    assert come(gate, "other", "10.0.0.8")[0] is None
    gate.close("0")
    assert come(gate, "next")[0] is None


def test_behind_a_proxy_the_places_of_its_clients_count(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path, proxies=1))
    app.extensions["antrean"].gate.crowd = Crowd(2)
    asked = app.test_client()

    def knock(*forwarded: str) -> int:
        path, headers = (
            "/socket.io/?EIO=4&transport=polling",
            {"X-Forwarded-For": ", ".join(forwarded)},
        )
        here = {"REMOTE_ADDR": "10.1.1.1"}
        return asked.get(path, headers=headers, environ_base=here).status_code

    assert [knock("10.0.0.7") for _ in range(3)] == [200, 200, 401]
    # what a client claims before the proxy's own word counts for nothing
    assert knock("10.9.9.9", "10.0.0.7") == 401
    assert knock("10.0.0.8") == 200
    assert app.extensions["antrean"].gate.refusals.counts == {"crowd": 2}
    app.extensions["antrean"].store.close()
