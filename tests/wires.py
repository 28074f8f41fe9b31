"""A wire between a browser and a server on this machine, which can go dead and come back."""

import select
import socket
import threading
from contextlib import suppress


class Wire:
    """A TCP proxy on loopback; while it is dead it carries nothing, and nobody is told.

    As with a network cable pulled out: connections stay open, new ones are taken and lead nowhere,
    and what was sent meanwhile arrives once it is back, if its sender still waits for that.
    """

    def __init__(self, target: int) -> None:
        self._target = target
        self._alive = threading.Event()
        self._alive.set()
        self._ended = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept)]
        self._open: list[socket.socket] = []
        self._threads[0].start()

    def cut(self) -> None:
        """Carry nothing from now on."""
        self._alive.clear()

    def mend(self) -> None:
        """Carry again, first what has piled up."""
        self._alive.set()

    def close(self) -> None:
        """Take it away."""
        self._ended = True
        self.mend()
        for each in [self._listener, *self._open]:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._listener.close()
        for thread in self._threads[1:]:
            thread.join()

    def _accept(self) -> None:
        with suppress(OSError):
            while not self._ended:
                near = self._listener.accept()[0]
                self._open.append(near)
                self._threads.append(threading.Thread(target=self._carry, args=(near,)))
                self._threads[-1].start()

    def _carry(self, near: socket.socket) -> None:
        with near, suppress(OSError):
            self._alive.wait()
            if self._ended:
                return
            with socket.create_connection(("127.0.0.1", self._target), 5) as far:
                far.settimeout(None)
                ends = [near, far]
                self._open.append(far)
                while not self._ended:
                    for one in select.select(ends, [], [])[0]:
                        self._alive.wait()
                        received = one.recv(65536)
                        if not received:
                            return
                        (far if one is near else near).sendall(received)
