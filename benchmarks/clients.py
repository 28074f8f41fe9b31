"""Clients that cost little: one keep-alive connection, and many screens read by one thread."""

import http.client
import json
import multiprocessing
import selectors
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

import websocket

#: What the server asks of a screen every 20 s, and the frame that answers: who does not is closed.
PING, PONG = b"2", b"\x81\x81\x00\x00\x00\x003"


class Caller:
    """One keep-alive connection that sends JSON."""

    def __init__(self, url: str, token: str = "") -> None:
        parts = urlsplit(url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        self._connection.connect()
        self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._headers = {"Content-Type": "application/json"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def post(self, path: str, body: Any = None) -> Any:
        """Send and return the answer. Raises RuntimeError unless it is a success."""
        self._connection.request("POST", path, json.dumps(body or {}), self._headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status >= 300:
            raise RuntimeError(f"{answer.status} {told[:200]!r}")
        return json.loads(told)

    def get(self, path: str) -> bytes:
        """Read a page. Raises RuntimeError unless it is there."""
        self._connection.request("GET", path, headers=self._headers)
        answer = self._connection.getresponse()
        told = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {told[:200]!r}")
        return told

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


@contextmanager
def beside(target: Callable[..., None], *given: Any) -> Iterator[Connection]:
    """Run `target` with a connection to us and `given`, in a process of its own, until told None.

    Yields our end of the connection; the block's end sends None.
    """
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    process = spawning.Process(target=target, args=(there, *given))
    process.start()
    try:
        yield here
    finally:
        here.send(None)
        process.join()


def milliseconds(act: Callable[[], object]) -> float:
    """Return how long `act` took."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


class Screens:
    """Many screens of one namespace, read by one thread that notes when each heard a version."""

    def __init__(self, url: str, namespace: str, count: int, auth: dict[str, Any]) -> None:
        self.count = count
        self._heard: dict[int, list[float]] = {}
        self._news = threading.Condition()
        self._selector = selectors.DefaultSelector()
        self._buffers: dict[socket.socket, bytearray] = {}
        address = url.replace("http", "ws", 1) + "/socket.io/?transport=websocket&EIO=4"
        self._sockets = []
        for _ in range(count):
            screen = websocket.create_connection(address, timeout=30)
            screen.recv()
            screen.send(f"40{namespace},{json.dumps(auth)}")
            while not str(screen.recv()).startswith("40"):
                pass
            wire = screen.sock
            assert wire is not None
            wire.setblocking(False)
            self._buffers[wire] = bytearray()
            self._selector.register(wire, selectors.EVENT_READ)
            self._sockets.append(screen)
        self._ended = False
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def last_heard(self, version: int, seconds: float = 20.0) -> float:
        """Return when (perf_counter) the last screen had heard of `version`."""
        end = time.monotonic() + seconds
        with self._news:
            while len(self._heard.get(version, ())) < self.count:
                if not self._news.wait(max(end - time.monotonic(), 0.001)):
                    heard = len(self._heard.get(version, ()))
                    raise RuntimeError(f"only {heard} of {self.count} heard of {version}")
            return max(self._heard[version])

    def close(self) -> None:
        """Leave."""
        self._ended = True
        self._reader.join()
        for screen in self._sockets:
            screen.shutdown()  # type: ignore[no-untyped-call]

    def _read(self) -> None:
        while not self._ended:
            for key, _ in self._selector.select(0.1):
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                try:
                    data = sock.recv(65536)
                except BlockingIOError:
                    continue
                now = time.perf_counter()
                self._buffers[sock] += data
                for text in frames(self._buffers[sock]):
                    if text == PING:
                        sock.send(PONG)
                    else:
                        self._note(text, now)

    def _note(self, text: bytes, now: float) -> None:
        start = text.find(b'["change",')
        if start < 0:
            return
        version = json.loads(text[start:])[1]["version"]
        with self._news:
            self._heard.setdefault(version, []).append(now)
            self._news.notify_all()


def frames(buffer: bytearray) -> list[bytes]:
    """Take the whole frames out of `buffer` and return their payloads (RFC 6455, 5.2)."""
    payloads = []
    while len(buffer) >= 2:
        length, start = buffer[1] & 0x7F, 2
        if length == 126:
            length, start = int.from_bytes(buffer[2:4], "big"), 4
        elif length == 127:
            length, start = int.from_bytes(buffer[2:10], "big"), 10
        if len(buffer) < start + length:
            break
        payloads.append(bytes(buffer[start : start + length]))
        del buffer[: start + length]
    return payloads
