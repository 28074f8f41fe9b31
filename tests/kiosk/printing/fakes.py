"""A printer on a real TCP port: answers status requests, prints, and fails as printers do."""

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterator

from tests.kiosk.printing.roll import Roll, Token, develop, read_token

RESET = struct.pack("ii", 1, 0)


class FakePrinter:
    """Listens on the loopback; its attributes may be changed while it runs."""

    def __init__(self, *, answers: bool = True, one_at_a_time: bool = False) -> None:
        self.answers = answers
        #: Whether it says when it has worked through what came; cheap ones do not.
        self.answers_in_turn = answers
        self.one_at_a_time = one_at_a_time
        self.paper_out = self.cover_open = self.offline = self.low = False
        #: How many bytes a connection may bring before the printer dies, once, and how.
        self.dies_after: int | None = None
        self.dies_silently = False
        #: The paper ends after so many bytes, once.
        self.paper_ends_after: int | None = None
        self.rolls: list[Roll] = []
        self.broken: list[Roll] = []
        self.refused = 0
        self.port = 0
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []
        self.switch_on()

    @property
    def address(self) -> str:
        """Where it prints."""
        return f"tcp://127.0.0.1:{self.port}"

    def texts(self) -> list[str]:
        """Return the text of each whole slip."""
        return [roll.text for roll in self.rolls]

    def switch_on(self) -> None:
        """Start to listen, on the former port after a power cut."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(16)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def switch_off(self) -> None:
        """Cut the power: every connection breaks and none is taken."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in self._open:
            _reset(connection)
        self._open = []

    def wait_for(self, count: int, seconds: float = 10.0) -> None:
        """Wait until `count` whole slips are out."""
        end = time.monotonic() + seconds
        while len(self.rolls) < count:
            assert time.monotonic() < end, f"{len(self.rolls)} of {count} slips: {self.texts()}"
            time.sleep(0.01)

    def _accept(self, listener: socket.socket) -> None:
        while self._listener is listener:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if self.one_at_a_time and self._is_taken():
                self.refused += 1
                _reset(connection)
                continue
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _is_taken(self) -> bool:
        """Say whether a connection is open; one that its other end closed is worked off first."""
        while there := [*self._open]:
            if any(_is_established(each) for each in there):
                return True
            time.sleep(0.002)
        return False

    def _serve(self, connection: socket.socket) -> None:
        stream, brought, whole = b"", 0, False
        printed: list[Token] = []
        try:
            while came := connection.recv(256):
                stream += came
                brought += len(came)
                if self.paper_ends_after is not None and brought > self.paper_ends_after:
                    self.paper_ends_after, self.paper_out = None, True
                if self.dies_after is not None and brought > self.dies_after:
                    self.dies_after = None
                    if self.dies_silently:
                        time.sleep(30)
                    _reset(connection)
                    return
                stream = self._work_through(connection, stream, printed)
            whole = not self.paper_out
        except OSError:
            return
        finally:
            if printed:
                (self.rolls if whole else self.broken).append(develop(printed))
            with contextlib.suppress(ValueError):
                self._open.remove(connection)
            connection.close()

    def _work_through(
        self, connection: socket.socket, stream: bytes, printed: list[Token]
    ) -> bytes:
        while stream:
            found = read_token(stream)
            if found is None:
                break
            token, length = found
            stopped = self.paper_out or self.cover_open or self.offline
            if token.name == "status at once":
                if self.answers:
                    connection.sendall(bytes([self._status(token.parameters[0])]))
            elif stopped:
                stream = b"" if b"\x10\x04" not in stream else stream[stream.index(b"\x10\x04") :]
                continue
            elif token.name == "status in turn":
                if self.answers_in_turn:
                    connection.sendall(b"\x03" if self.low else b"\x00")
            else:
                printed.append(token)
                if token.name == "cut":
                    self.rolls.append(develop(printed))
                    printed.clear()
            stream = stream[length:]
        return stream

    def _status(self, which: int) -> int:
        stopped = self.paper_out or self.cover_open or self.offline
        bits = {
            1: 0x08 * stopped,
            2: 0x04 * self.cover_open | 0x20 * self.paper_out,
            4: 0x0C * (self.low or self.paper_out) | 0x60 * self.paper_out,
        }
        return 0x12 | bits[which]


def _is_established(connection: socket.socket) -> bool:
    """Say whether neither end has closed: the first byte of TCP_INFO is the state, 1 this one."""
    try:
        return connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == 1
    except OSError:
        return False


def _reset(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()


@contextlib.contextmanager
def black_hole() -> Iterator[str]:
    """Yield an address whose connections are neither taken nor refused."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(0)
    waiting = []
    for _ in range(3):
        caller = socket.socket()
        caller.setblocking(False)
        caller.connect_ex(listener.getsockname())
        waiting.append(caller)
    yield f"tcp://127.0.0.1:{listener.getsockname()[1]}"
    for each in [*waiting, listener]:
        each.close()
