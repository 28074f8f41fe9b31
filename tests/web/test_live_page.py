"""How a page follows the server: a real browser, a real server, and a wire that can be cut."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, WebSocketRoute

from tests.houses import Server

#: Follows the board and keeps what it is told in window.told.
FOLLOW = """
async (token) => {
  const { follow } = await import("/static/web/live.js");
  window.told = { snapshots: [], calls: [], states: [] };
  window.live = follow({
    namespace: "/display",
    auth: { token },
    onSnapshot: (snapshot) => told.snapshots.push(snapshot.version),
    onChange: (change, { late }) => {
      if (change.kind === "ticket_called") told.calls.push([change.label, late]);
    },
    onState: (state, code) => told.states.push(code ? `${state} ${code}` : state),
  });
}
"""


class Wire:
    """The way between the page and the server, which can be cut, or made to swallow messages."""

    def __init__(self, page: Page) -> None:
        self.whole = True
        #: Says which messages from the server are lost.
        self.loses: Callable[[str], bool] = lambda _message: False
        #: What comes in a message's place.
        self.instead: Callable[[str], str] = str
        self._open: list[WebSocketRoute] = []
        page.route_web_socket("**/socket.io/**", self._connect)

    def cut(self) -> None:
        """Break what is open and let nothing through."""
        self.whole = False
        for each in self._open:
            each.close()
        self._open.clear()

    def mend(self) -> None:
        """Let the page through again."""
        self.whole = True

    def _connect(self, route: WebSocketRoute) -> None:
        if not self.whole:
            route.close()
            return
        server = route.connect_to_server()
        route.on_message(server.send)

        def pass_on(message: str | bytes) -> None:
            if not self.loses(str(message)):
                route.send(self.instead(str(message)))

        server.on_message(pass_on)
        self._open.append(route)


@pytest.fixture
def wire(page: Page) -> Wire:
    """The wire of `page`."""
    return Wire(page)


@pytest.fixture
def board(page: Page, wire: Wire, server: Server) -> Page:
    """A page that follows the board and has its first snapshot."""
    page.goto(f"{server.url}/sign-in")
    page.evaluate(FOLLOW, server.tokens["screen"])
    until(page, "told.snapshots.length === 1")
    return page


def take(server: Server, count: int) -> None:
    """Let visitors take tickets."""
    for _ in range(count):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})


def call(server: Server) -> None:
    """Finish whoever is at counter 1 and call the next."""
    status, answer = server.ask("POST", "/counters/1/finish-and-next", server.tokens["clerks"]["1"])
    assert status == 200, answer


def until(page: Page, truth: str, patience: float = 10) -> None:
    """Wait until an expression holds in the page; its content policy forbids it to wait itself."""
    for _ in range(round(patience / 0.05)):
        if page.evaluate(truth):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"not {truth}: {page.evaluate('JSON.stringify(told)')}")


def told(page: Page, what: str) -> Any:
    """Return what the page was told."""
    return page.evaluate(f"told.{what}")


def test_a_call_reaches_the_page_at_once(board: Page, server: Server) -> None:
    take(server, 1)
    call(server)
    until(board, "told.calls.length === 1", 2)
    assert told(board, "calls") == [["A001", False]]
    assert told(board, "states") == ["live"]


def test_calls_missed_while_cut_off_come_late_and_later_ones_do_not(
    board: Page, wire: Wire, server: Server
) -> None:
    take(server, 4)
    call(server)
    until(board, "told.calls.length === 1")
    wire.cut()
    until(board, "told.states.at(-1) === 'connecting'")
    call(server)
    call(server)
    wire.mend()
    until(board, "told.calls.length === 3")
    call(server)
    until(board, "told.calls.length === 4")
    assert told(board, "calls") == [
        ["A001", False],
        ["A002", True],
        ["A003", True],
        ["A004", False],
    ]
    assert len(told(board, "snapshots")) == 1
    assert told(board, "states")[-1] == "live"


def test_a_call_lost_on_a_standing_connection_is_fetched_and_as_good_as_live(
    board: Page, wire: Wire, server: Server
) -> None:
    take(server, 2)
    wire.loses = lambda message: '"A001"' in message and '"ticket_called"' in message
    server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    board.wait_for_timeout(300)
    wire.loses = lambda _message: False
    server.ask("POST", "/counters/2/next", server.tokens["clerks"]["2"])
    until(board, "told.calls.length === 2")
    assert told(board, "calls") == [["A001", False], ["A002", False]]


def test_a_silent_connection_is_made_anew(board: Page, wire: Wire, server: Server) -> None:
    take(server, 1)
    wire.loses = lambda message: message.startswith("42")
    call(server)
    until(board, "told.states.includes('connecting')", 20)
    wire.loses = lambda _message: False
    until(board, "told.calls.length === 1")
    assert told(board, "states")[-1] == "live"


def test_the_page_knows_the_servers_time_though_its_own_clock_is_set_back(
    page: Page, wire: Wire, server: Server
) -> None:
    page.add_init_script(
        "const real = Date.now; Date.now = () => real() - 3600_000;"
        "window.realNow = real.bind(Date);"
    )
    page.goto(f"{server.url}/sign-in")
    page.evaluate(FOLLOW, server.tokens["screen"])
    until(page, "told.snapshots.length === 1")
    assert abs(page.evaluate("live.now() - realNow()")) < 2000


def test_a_wish_for_a_snapshot_outlives_a_cut(board: Page, wire: Wire, server: Server) -> None:
    wire.cut()
    until(board, "told.states.at(-1) === 'connecting'")
    for _ in range(3):
        board.evaluate("live.refresh()")
    wire.mend()
    until(board, "told.snapshots.length === 2")
    board.wait_for_timeout(500)
    assert len(told(board, "snapshots")) == 2


def test_a_refused_page_is_told_why(page: Page, wire: Wire, server: Server) -> None:
    page.goto(f"{server.url}/sign-in")
    page.evaluate(FOLLOW, "wrong")
    until(page, "told.states.length > 0")
    assert told(page, "states") == ["refused credentials_invalid"]


def test_a_page_that_cannot_be_let_in_now_is_not_sent_away_but_comes_again(
    page: Page, wire: Wire, server: Server
) -> None:
    refused = '44/display,{"message":"unavailable"}'
    wire.loses = lambda message: message.startswith("42")
    wire.instead = lambda message: refused if message.startswith("40") else message
    page.goto(f"{server.url}/sign-in")
    page.evaluate(FOLLOW, server.tokens["screen"])
    until(page, "told.states.length > 1")
    wire.loses, wire.instead = lambda _message: False, str
    until(page, "told.snapshots.length === 1")
    assert set(told(page, "states")) == {"connecting", "live"}
