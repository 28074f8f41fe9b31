"""The one-process server: killed, stopped, flooded, and with readers that are slow."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import requests
import websocket

from benchmarks.clients import frames
from tests.houses import Server
from tests.screens import Screen

ROOT = Path(__file__).resolve().parents[2]


def test_a_server_killed_amid_issuing_has_every_acknowledged_ticket_once(
    server: Server,
) -> None:
    given: list[tuple[str, str]] = []
    ended = threading.Event()

    def issue() -> None:
        while not ended.is_set():
            try:
                status, ticket = server.ask(
                    "POST", "/tickets", server.tokens["kiosk"], {"service": "A"}
                )
            except requests.RequestException:
                return
            assert status == 201, ticket
            given.append((ticket["label"], ticket["token"]))

    threads = [threading.Thread(target=issue) for _ in range(6)]
    for thread in threads:
        thread.start()
    while len(given) <= 20 and any(thread.is_alive() for thread in threads):
        time.sleep(0.05)
    server.kill()
    ended.set()
    for thread in threads:
        thread.join()
    assert len(given) > 20
    server.start()
    for label, token in given:
        status, state = server.ask("GET", f"/tickets/{token}")
        assert (status, state["label"], state["status"]) == (200, label, "waiting")
    assert max(Counter(label for label, _ in given).values()) == 1
    rows = server.ask("GET", "/journal?after=0&limit=5000", server.tokens["manager"])[1]["changes"]
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    numbers = [int(row["label"][1:]) for row in rows if row["kind"] == "ticket_taken"]
    assert numbers == list(range(1, len(numbers) + 1))
    _, after = server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    assert int(after["label"][1:]) == numbers[-1] + 1


def test_a_board_killed_mid_shift_comes_back_with_the_last_call(server: Server) -> None:
    for _ in range(3):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    server.ask("POST", "/counters/2/next", server.tokens["clerks"]["2"])
    server.kill()
    server.start()
    board = Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
    shown = board.wait_for("snapshot")
    assert {(each["label"], each["counter"]) for each in shown["serving"]} == {
        ("A001", 1),
        ("A002", 2),
    }
    assert [each["label"] for each in shown["recent"]] == ["A002", "A001"]
    assert shown["waiting"]["A"] == 1
    board.disconnect()


def test_the_rows_of_one_commit_reach_a_screen_in_one_piece(server: Server) -> None:
    for _ in range(2):
        server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": "A"})
    server.ask("POST", "/counters/1/next", server.tokens["clerks"]["1"])
    address = server.url.replace("http", "ws", 1) + "/socket.io/?transport=websocket&EIO=4"
    board = websocket.create_connection(address, timeout=10)
    board.recv()
    board.send("40/display," + json.dumps({"token": server.tokens["screen"]}))
    while '"snapshot"' not in str(board.recv()):
        pass
    server.ask("POST", "/counters/1/finish-and-next", server.tokens["clerks"]["1"])
    wire = board.sock
    assert wire is not None
    piece = wire.recv(65536)
    while b'["change",' not in piece:
        piece = wire.recv(65536)
    kinds = [
        json.loads(each[each.index(b"[") :])[1]["kind"]
        for each in frames(bytearray(piece))
        if b'["change",' in each
    ]
    assert kinds[-1] == "ticket_called"
    assert len(kinds) > 1
    board.shutdown()  # type: ignore[no-untyped-call]


def test_a_stopped_server_lets_go_of_open_sockets_at_once(server: Server) -> None:
    screens = [
        Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()
        for _ in range(5)
    ]
    began = time.monotonic()
    server.stop()
    assert time.monotonic() - began < 8
    for screen in screens:
        screen.disconnect()


def test_two_taps_with_one_key_make_one_ticket(server: Server) -> None:
    answers: list[tuple[int, dict[str, str]]] = []

    def tap() -> None:
        answers.append(
            server.ask(
                "POST",
                "/tickets",
                server.tokens["kiosk"],
                {"service": "A"},
                Idempotency_Key="one-visit",
            )
        )

    first, second = threading.Thread(target=tap), threading.Thread(target=tap)
    first.start()
    time.sleep(0.1)
    second.start()
    first.join()
    second.join()
    assert [status for status, _ in answers] == [201, 201]
    assert answers[0] == answers[1]
    _, services = server.ask("GET", "/services")
    assert next(each for each in services["services"] if each["code"] == "A")["waiting"] == 1


def test_the_server_asks_no_name_server_what_its_own_address_is_called(server: Server) -> None:
    # who names no host is told the server's own
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname, where.port), timeout=10) as line:
        line.sendall(
            b"POST /api/v1/tickets HTTP/1.0\r\nContent-Type: application/json\r\n"
            b"Content-Length: 15\r\nAuthorization: Bearer "
            + server.tokens["kiosk"].encode()
            + b'\r\n\r\n{"service":"A"}'
        )
        told = b"".join(iter(lambda: line.recv(65536), b""))
    url = json.loads(told.partition(b"\r\n\r\n")[2])["url"]
    assert url.startswith(f"http://127.0.0.1:{where.port}/")


def test_issuers_callers_and_a_report_together_lose_nothing_and_fail_nothing(
    server: Server,
) -> None:
    """Thirty issuers, ten callers and reports of a month, for some seconds, all at once."""
    ended = threading.Event()
    statuses: Counter[int] = Counter()
    labels: list[str] = []
    guard = threading.Lock()

    def repeat(method: str, path: str, token: str, body: object = None) -> None:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {token}"
        while not ended.is_set():
            answer = session.request(method, f"{server.url}/api/v1{path}", json=body, timeout=60)
            with guard:
                statuses[answer.status_code] += 1
                if answer.status_code == 201:
                    labels.append(answer.json()["label"])

    tokens = server.tokens
    work: list[tuple[str, str, str, object]] = [
        ("POST", "/tickets", tokens["kiosk"], {"service": "ACKLI"[n % 5]}) for n in range(30)
    ]
    work += [
        ("POST", f"/counters/{n}/finish-and-next", tokens["clerks"][str(n)], {})
        for n in range(1, 11)
    ]
    work += [
        ("GET", f"/reports/{name}?from=2026-01-01&to=2027-01-01", tokens["manager"], None)
        for name in ("waiting", "skm")
    ]
    threads = [threading.Thread(target=repeat, args=each) for each in work]
    for thread in threads:
        thread.start()
    time.sleep(20)
    ended.set()
    for thread in threads:
        thread.join()
    assert {status for status in statuses if status >= 500} == set()
    assert set(statuses) <= {200, 201}
    assert len(labels) == len(set(labels)) > 100
    rows: list[dict[str, object]] = []
    while True:
        page = server.ask("GET", f"/journal?after={len(rows)}&limit=5000", tokens["manager"])[1]
        rows += page["changes"]
        if not page["more"]:
            break
    assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
    assert {row["label"] for row in rows if row["kind"] == "ticket_taken"} == set(labels)


SLOW_READER = """
from app.server import listen, mend_websocket, patch, DroppedExtensions
patch()
mend_websocket()
import hashlib, gevent, simple_websocket, sys
from gevent.pywsgi import WSGIServer

SENT = b"0123456789abcdef" * (512 * 1024)

def app(environ, start_response):
    ws = simple_websocket.Server(environ)
    ws.send(SENT)
    ws.send("end")
    gevent.sleep(30)
    return []

server = WSGIServer(listen("127.0.0.1", 0), DroppedExtensions(app), log=None)
server.start()
print(server.address[1], hashlib.sha256(SENT).hexdigest(), flush=True)
gevent.sleep(60)
"""


def test_a_slow_reader_gets_every_byte_of_a_large_message() -> None:
    import hashlib

    import websocket

    with subprocess.Popen(
        [sys.executable, "-c", SLOW_READER], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            port, digest = process.stdout.readline().split()
            reader = websocket.create_connection(
                f"ws://127.0.0.1:{port}/",
                timeout=30,
                header=["Sec-WebSocket-Extensions: permessage-deflate"],
            )
            time.sleep(2)
            got = reader.recv()
            assert isinstance(got, bytes)
            assert hashlib.sha256(got).hexdigest() == digest
            assert reader.recv() == "end"
            headers = reader.getheaders()
            assert headers is not None
            assert "sec-websocket-extensions" not in headers
            reader.close()
        finally:
            process.kill()
