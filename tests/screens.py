"""A screen, as a test holds it: a real Socket.IO client that keeps what it was told."""

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import engineio  # type: ignore[import-untyped]
import socketio
import websocket

#: What every namespace tells.
TOLD = ("snapshot", "change", "caught_up", "heartbeat")
#: Longest a test waits for a message, in seconds.
PATIENCE = 60.0


def _leave(self: websocket.WebSocket, *_reason: Any, **_options: Any) -> None:
    """Close as a closed tab does; the library's own goodbye takes three seconds."""
    if self.sock is not None:
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)
    self.shutdown()  # type: ignore[no-untyped-call]


websocket.WebSocket.close = _leave  # type: ignore[method-assign]


class Refused(Exception):
    """The server did not let the screen in."""


class InOrder(engineio.Client):  # type: ignore[misc]
    """Hears messages in the order they come, as a browser does; else each has its own thread."""

    def _trigger_event(self, event: str, *told: Any, **how: Any) -> Any:
        return super()._trigger_event(event, *told, **{**how, "run_async": False})

    def _read_loop_websocket(self) -> None:
        super()._read_loop_websocket()
        # the library leaves it open where the server died
        self.ws.close()


class Ear(socketio.Client):  # type: ignore[misc]
    """A Socket.IO client that hears in order."""

    def _engineio_client_class(self) -> type[engineio.Client]:
        return InOrder


class Screen:
    """A connected screen of one namespace."""

    def __init__(
        self,
        url: str,
        namespace: str,
        auth: dict[str, Any],
        transport: str = "websocket",
    ) -> None:
        self.url = url
        self.transport = transport
        self.namespace = namespace
        self.auth = auth
        self.told: list[tuple[str, Any]] = []
        self._news = threading.Condition()
        self._client = Ear(reconnection=False)
        for name in (
            *TOLD,
            "speaker",
            "announcing",
            "waiting",
            "printer",
            "disconnect",
            "connect_error",
        ):
            self._client.on(name, self._hear(name), namespace=namespace)

    def connect(self, **more: Any) -> "Screen":
        """Connect; raises Refused with the server's code."""
        try:
            self._client.connect(
                self.url,
                namespaces=[self.namespace],
                auth={**self.auth, **more},
                transports=[self.transport],
                wait_timeout=10,
            )
        except socketio.exceptions.ConnectionError as error:
            # the server's own refusals are told with a code, those of the network in words
            refusals = [each for each in self.all("connect_error") if isinstance(each, dict)]
            raise Refused(refusals[-1]["message"] if refusals else str(error)) from error
        return self

    def disconnect(self) -> None:
        """Leave."""
        self._client.disconnect()

    def ask(self, event: str, value: Any = None) -> None:
        """Send a message."""
        self._client.emit(event, value, namespace=self.namespace)

    def all(self, name: str) -> list[Any]:
        """Return every message of this name so far."""
        with self._news:
            return [value for event, value in self.told if event == name]

    def wait_for(
        self,
        name: str,
        which: Callable[[Any], bool] = lambda _value: True,
        count: int = 1,
    ) -> Any:
        """Wait until `count` messages of this name satisfy `which`; return the last of them."""
        end = time.monotonic() + PATIENCE
        with self._news:
            while True:
                found = [value for event, value in self.told if event == name and which(value)]
                if len(found) >= count:
                    return found[count - 1]
                left = end - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"no {name} among {self.told[-5:]}")
                self._news.wait(left)

    def _hear(self, name: str) -> Callable[..., None]:
        def heard(*values: Any) -> None:
            with self._news:
                self.told.append((name, values[0] if values else None))
                self._news.notify_all()

        return heard
