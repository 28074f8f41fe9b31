"""The one-process server: gevent's, tuned for many small messages, and stopped cleanly by signals.

Patching must come first: `antrean serve` calls `patch` before anything else is imported.
"""

import gc
import signal
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apiflask import APIFlask

    from app.settings import Settings

#: Connections the system may queue while the loop is busy.
BACKLOG = 1024


def patch() -> None:
    """Make the standard library cooperative."""
    from gevent import monkey

    monkey.patch_all()


class DroppedExtensions:
    """WSGI middleware: websocket compression is not offered, for it doubles memory per screen."""

    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Hide the offer and hand the request on."""
        environ.pop("HTTP_SEC_WEBSOCKET_EXTENSIONS", None)
        return self._app(environ, start_response)


class WholeSocket:
    """A socket whose send sends everything, one sender at a time.

    simple-websocket 1.1 calls send, which under gevent may take only part of a frame when the
    reader is slow; the rest would be lost and the stream with it.
    """

    def __init__(self, sock: Any) -> None:
        from gevent.lock import RLock

        self._sock = sock
        self._sending = RLock()

    def send(self, data: bytes, *flags: int) -> int:
        """Send all of `data` and return its length."""
        with self._sending:
            self._sock.sendall(data, *flags)
        return len(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def mend_websocket() -> None:
    """Let every websocket of this process send whole frames."""
    from simple_websocket import ws

    plain = ws.Base.__init__

    def whole(self: Any, sock: Any = None, *args: Any, **kwargs: Any) -> None:
        plain(self, WholeSocket(sock) if sock is not None else None, *args, **kwargs)

    ws.Base.__init__ = whole


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket without the delay that costs 40 ms per small answer."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listener.bind((host, port))
    listener.listen(BACKLOG)
    return listener


def serve(app: "APIFlask", settings: "Settings", listener: socket.socket) -> None:
    """Serve until SIGTERM or SIGINT; then finish what is being answered, and stop."""
    import gevent
    from gevent.pywsgi import WSGIServer

    from app.factory import start_background

    mend_websocket()
    pulse = start_background(app)
    server = WSGIServer(listener, DroppedExtensions(app), log=None, error_log=None)

    def stop() -> None:
        pulse.stop()
        server.stop(timeout=2)

    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, lambda: gevent.spawn(stop))
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    server.serve_forever()
    app.extensions["antrean"].store.close()
