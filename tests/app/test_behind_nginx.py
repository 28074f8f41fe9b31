"""Several processes behind nginx, by the configuration that is shipped: deploy/many."""

import json
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket

from tests.houses import Server
from tests.screens import Refused, Screen
from tests.services import free_port
from tools.faults.programs import Nginx, Ways

pytestmark = pytest.mark.takes(5)


@dataclass
class Front:
    """nginx before two processes of one office."""

    ways: Ways
    processes: tuple[Server, Server]

    @property
    def url(self) -> str:
        """Its address."""
        return self.ways.url

    @property
    def bare(self) -> str:
        """Its address without TLS."""
        return self.ways.bare

    @property
    def trust(self) -> str:
        """The file of its certificate's authority."""
        return self.ways.trust

    def ask(self, method: str, path: str, token: str, body: Any = None) -> requests.Response:
        """Send a request as the screens do: under one key, again until it is answered."""
        sent = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
        end = time.monotonic() + 30
        while True:
            try:
                answer = requests.request(
                    method,
                    f"{self.url}/api/v1{path}",
                    json=body,
                    headers=sent,
                    verify=self.trust,
                    timeout=10,
                )
                if answer.status_code < 500:
                    return answer
            except requests.ConnectionError:
                pass
            assert time.monotonic() < end, "nobody answers"
            time.sleep(0.1)


@pytest.fixture
def front(
    make_server: Callable[..., Server],
    make_postgres_database: Callable[[], str],
    redis_url: str,
    tmp_path: Path,
) -> Iterator[Front]:
    """The shipped configuration, with this machine's ports and a certificate of its own."""
    first = make_server(
        make_postgres_database(), redis=redis_url, proxies="1", secure_cookies="true"
    )
    second = replace(first, port=free_port(), process=None).start()
    nginx = Nginx(tmp_path / "nginx", (f"127.0.0.1:{first.port}", f"127.0.0.1:{second.port}"))
    try:
        nginx.start()
        yield Front(nginx.ways, (first, second))
    finally:
        nginx.end()
        second.kill()


def test_pages_come_over_https_only_and_know_who_asks(front: Front) -> None:
    moved = requests.get(f"{front.ways.plain}/kiosk", allow_redirects=False, timeout=10)
    assert (moved.status_code, moved.headers["Location"]) == (301, f"{front.url}/kiosk")
    for path in ("/api/v1/services", "/socket.io/?EIO=4&transport=polling"):
        assert requests.get(f"{front.ways.plain}{path}", timeout=10).status_code == 403
    page = requests.get(f"{front.url}/sign-in", verify=front.trust, timeout=10)
    assert page.status_code == 200 and "Secure" in page.headers["Set-Cookie"]
    assert requests.get(f"{front.url}/metrics", verify=front.trust, timeout=10).status_code == 404
    assert (Path(front.trust).parent / "access.log").read_text() == "", "addresses hold secrets"
    form = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert form is not None
    with requests.Session() as browser:
        browser.verify, browser.trust_env = front.trust, False
        browser.cookies.update(page.cookies)
        # a form is refused unless it comes from this very address, https and port and all
        sent = browser.post(
            f"{front.url}/sign-in",
            data={"csrf_token": form[1], "username": "nobody", "password": "no such person"},
            headers={"Referer": f"{front.url}/sign-in", "X-Forwarded-For": "10.9.9.9"},
            timeout=30,
        )
    assert sent.status_code == 401


def test_a_screen_is_let_in_over_https(front: Front) -> None:
    address = f"{front.url.replace('https', 'wss')}/socket.io/?EIO=4&transport=websocket"
    socket = websocket.create_connection(address, timeout=30, sslopt={"ca_certs": front.trust})
    try:
        assert str(socket.recv())[0] == "0"
        socket.send(f"40/display,{json.dumps({'token': front.processes[0].tokens['screen']})}")
        assert str(socket.recv()).startswith('42/display,["snapshot"')
    finally:
        socket.close()


@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_screens_follow_through_either_transport(front: Front, transport: str) -> None:
    token = front.processes[0].tokens["screen"]
    boards = [
        Screen(front.bare, "/display", {"token": token}, transport).connect() for _ in range(12)
    ]
    for board in boards:
        board.wait_for("snapshot")
    front.ask("POST", "/tickets", front.processes[0].tokens["kiosk"], {"service": "A"})
    front.ask("POST", "/counters/1/next", front.processes[0].tokens["clerks"]["1"])
    for board in boards:
        call = board.wait_for("change", lambda change: change["kind"] == "ticket_called")
        assert call["label"] == "A001"
        board.disconnect()


class Standing:
    """A board that connects again, as the page does, and keeps each change it was told."""

    def __init__(self, front: Front) -> None:
        self.heard: dict[int, dict[str, Any]] = {}
        self._front, self._done = front, threading.Event()
        self._thread = threading.Thread(target=self._stand)
        self._thread.start()

    def _stand(self) -> None:
        token = self._front.processes[0].tokens["screen"]
        while not self._done.is_set():
            screen = Screen(self._front.bare, "/display", {"token": token})
            try:
                screen.connect(after=max(self.heard, default=0))
            except Refused:
                time.sleep(0.1)
                continue
            while not self._done.wait(0.05) and not screen.all("disconnect"):
                self._keep(screen)
            self._keep(screen)
            screen.disconnect()

    def _keep(self, screen: Screen) -> None:
        missed = [row for told in screen.all("caught_up") for row in told["changes"]]
        self.heard |= {row["version"]: row for row in (*missed, *screen.all("change"))}

    def stop(self, version: int) -> list[dict[str, Any]]:
        """Take it down once it knows of `version`; return what it was told, in order."""
        end = time.monotonic() + 60
        while version not in self.heard and time.monotonic() < end:
            time.sleep(0.05)
        self._done.set()
        self._thread.join()
        return [self.heard[each] for each in sorted(self.heard)]


def test_one_process_restarted_and_one_killed_lose_and_double_no_call(front: Front) -> None:
    tokens = front.processes[0].tokens
    front.ask("POST", "/tickets", tokens["kiosk"], {"service": "A"})
    boards = [Standing(front) for _ in range(6)]
    called: list[str] = []
    rolled = threading.Event()

    def serve(counter: int, service: str) -> None:
        turns = 0
        while not rolled.is_set() or turns < 20:
            taken = front.ask("POST", "/tickets", tokens["kiosk"], {"service": service})
            assert taken.status_code == 201, taken.text
            clerk = tokens["clerks"][str(counter)]
            answer = front.ask("POST", f"/counters/{counter}/finish-and-next", clerk)
            assert answer.status_code == 200, answer.text
            called.append(answer.json()["ticket"]["label"])
            turns += 1

    clerks = [threading.Thread(target=serve, args=desk) for desk in ((3, "C"), (5, "K"))]
    for clerk in clerks:
        clerk.start()
    try:
        for process, end in zip(front.processes, (Server.stop, Server.kill), strict=True):
            end(process)
            process.start()
    finally:
        rolled.set()
        for clerk in clerks:
            clerk.join()
        version = front.ask("GET", "/board", tokens["screen"]).json()["version"]
        told = [board.stop(version) for board in boards]
    assert len(called) == len(set(called)) >= 40
    for changes in told:
        assert [each["version"] for each in changes] == list(range(1, version + 1))
        heard = [each["label"] for each in changes if each["kind"] == "ticket_called"]
        assert sorted(heard) == sorted(called)
