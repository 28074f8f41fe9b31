"""A follower of the journal: in order, once, with gaps asked for and refusals told."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import simple_websocket
from werkzeug.serving import make_server

from app.replay.follow import Follower, SocketRefused
from app.replay.rest import ServerGone

OPENING = '0{"sid":"x","upgrades":[],"pingInterval":25000,"pingTimeout":20000}'

Script = Callable[["Line"], None]


class Line:
    """The server's end of one connection."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket

    def say(self, name: str, body: dict[str, Any]) -> None:
        """Emit an event."""
        self._socket.send(f"42/display,{json.dumps([name, body])}")

    def change(self, version: int) -> None:
        """Emit a change."""
        self.say("change", {"version": version, "kind": "ticket_called"})

    def raw(self, frame: str) -> None:
        """Send a frame as it is."""
        self._socket.send(frame)

    def hear(self) -> str:
        """Return the next frame of the screen."""
        return str(self._socket.receive(timeout=5))

    def hang_up(self) -> None:
        """End the connection."""
        self._socket.close()


@pytest.fixture
def serve() -> Iterator[Callable[..., str]]:
    """Serve one script per connection, in order; the last holds the connection until the end."""
    over = threading.Event()
    servers = []

    def start(*scripts: Script) -> str:
        left = list(scripts)

        def app(environ: dict[str, Any], _start: Any) -> list[bytes]:
            socket = simple_websocket.Server.accept(environ)
            line = Line(socket)
            line.raw(OPENING)
            script = left.pop(0)
            try:
                script(line)
                if not left:
                    over.wait(10)
                socket.close()
            except simple_websocket.ConnectionClosed:
                pass
            return []

        server = make_server("127.0.0.1", 0, app, threaded=True)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.port}"

    yield start
    over.set()
    for server in servers:
        server.shutdown()
        server.server_close()


def following(url: str) -> Follower:
    """Return a connected follower of the board."""
    follower = Follower(url, "/display", {"token": "t"})
    follower.connect()
    return follower


def seated(line: Line, version: int = 10) -> dict[str, Any]:
    """Let the screen in with a snapshot; return what it authorised itself with."""
    asked = line.hear()
    assert asked.startswith("40/display,")
    line.raw('40/display,{"sid":"y"}')
    line.say("snapshot", {"version": version})
    auth: dict[str, Any] = json.loads(asked[len("40/display,") :])
    return auth


def versions(follower: Follower) -> list[int]:
    """Return the versions shown, in the order shown."""
    return [heard.change["version"] for heard in follower.hearing.shown]


def test_changes_are_shown_in_order_though_two_come_the_wrong_way_round(
    serve: Callable[..., str],
) -> None:
    def script(line: Line) -> None:
        assert seated(line) == {"token": "t"}
        for version in (10, 11, 13, 12, 14):
            line.change(version)

    follower = following(serve(script))
    assert follower.reach(14, 3)
    assert versions(follower) == [11, 12, 13, 14]
    assert follower.hearing.ahead == [13]
    assert (follower.hearing.doubled, follower.hearing.gaps) == ([], 0)
    follower.close()


def test_a_change_sent_twice_is_shown_once_and_noted(serve: Callable[..., str]) -> None:
    def script(line: Line) -> None:
        seated(line)
        for version in (11, 11, 12):
            line.change(version)

    follower = following(serve(script))
    assert follower.reach(12, 3)
    assert (versions(follower), follower.hearing.doubled) == ([11, 12], [11])
    follower.close()


def test_a_gap_that_lasts_is_asked_for(serve: Callable[..., str]) -> None:
    def script(line: Line) -> None:
        seated(line)
        line.change(13)
        assert line.hear() == '42/display,["catch_up", {"after": 10}]'
        rows = [{"version": n, "kind": "x"} for n in (11, 12, 13)]
        line.say("caught_up", {"version": 13, "changes": rows})

    follower = following(serve(script))
    assert follower.reach(13, 5)
    assert versions(follower) == [11, 12, 13]
    assert [heard.asked_for for heard in follower.hearing.shown] == [True, True, True]
    assert follower.hearing.gaps == 1
    follower.close()


def test_a_lost_last_change_is_noticed_by_the_heartbeat(
    serve: Callable[..., str],
) -> None:
    def script(line: Line) -> None:
        seated(line)
        line.say("heartbeat", {"version": 11})
        assert "catch_up" in line.hear()
        line.say("caught_up", {"version": 11, "changes": [{"version": 11, "kind": "x"}]})

    follower = following(serve(script))
    assert follower.reach(11, 5)
    follower.close()


def test_pings_are_answered(serve: Callable[..., str]) -> None:
    answers: list[str] = []

    def script(line: Line) -> None:
        seated(line)
        line.raw("2")
        answers.append(line.hear())
        line.change(11)

    follower = following(serve(script))
    assert follower.reach(11, 3)
    assert answers == ["3"]
    follower.close()


def test_a_screen_that_was_cut_off_comes_back_where_it_was(
    serve: Callable[..., str],
) -> None:
    auths: list[dict[str, Any]] = []

    def first(line: Line) -> None:
        seated(line)
        line.change(11)
        line.hang_up()

    def second(line: Line) -> None:
        auths.append(json.loads(line.hear()[len("40/display,") :]))
        line.raw('40/display,{"sid":"z"}')
        line.say("caught_up", {"version": 12, "changes": [{"version": 12, "kind": "x"}]})

    follower = following(serve(first, second))
    assert follower.reach(12, 5)
    assert auths == [{"token": "t", "after": 11}]
    assert (versions(follower), follower.hearing.reconnects) == ([11, 12], 1)
    follower.close()


def test_a_snapshot_older_than_what_came_since_takes_nothing_back(
    serve: Callable[..., str],
) -> None:
    def script(line: Line) -> None:
        seated(line)
        line.change(11)
        line.say("snapshot", {"version": 10})
        line.change(12)

    snapshots: list[int] = []
    follower = Follower(
        serve(script), "/display", {}, lambda told: snapshots.append(told["version"])
    )
    follower.connect()
    assert follower.reach(12, 5)
    assert (versions(follower), snapshots) == ([11, 12], [10])
    follower.close()


def test_a_refused_screen_says_so(serve: Callable[..., str]) -> None:
    def script(line: Line) -> None:
        line.hear()
        line.raw('44/display,{"message":"credentials_invalid"}')

    with pytest.raises(SocketRefused, match="credentials_invalid"):
        following(serve(script))


def test_a_server_that_is_not_there_is_gone() -> None:
    with pytest.raises(ServerGone):
        following("http://127.0.0.1:1")


def test_who_is_told_an_older_state_on_coming_back_goes_on_from_there(
    serve: Callable[..., str],
) -> None:
    def before(line: Line) -> None:
        seated(line)
        line.change(11)
        line.change(12)
        line.hang_up()

    def after(line: Line) -> None:
        assert seated(line, 10) == {"token": "t", "after": 12}
        line.change(11)

    told: list[int] = []
    follower = Follower(
        serve(before, after),
        "/display",
        {"token": "t"},
        lambda snapshot: told.append(snapshot["version"]),
        lambda change: told.append(change["version"]),
    )
    follower.connect()
    end = time.monotonic() + 5
    while len(told) < 5 and time.monotonic() < end:
        time.sleep(0.01)
    follower.close()
    assert told == [10, 11, 12, 10, 11]
