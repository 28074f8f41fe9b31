"""The wires to a printer: network, USB, serial line and file, opened for one job and closed."""

import contextlib
import os
import select
import socket
import struct
import sys
import time
from collections.abc import Iterator
from typing import Any, Protocol

from kiosk.printing.addresses import Address

CONNECT = 2.0
WRITE = 5.0
#: Seconds a network printer gets to acknowledge the last bytes.
ACKNOWLEDGE = 3.0


class PrinterTrouble(Exception):
    """A slip was not printed, or perhaps not.

    `code` is offline, timeout, paper_out, cover_open, fault, cut_short, busy, driver_missing or
    address_invalid. `started` says that part of the slip may be on paper.
    """

    def __init__(self, code: str, started: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.started = started


class Wire(Protocol):
    """Bytes to a printer and, where it answers, back."""

    def write(self, sent: bytes) -> None:
        """Send all of `sent`. Raises OSError."""
        ...

    def read(self, seconds: float) -> bytes:
        """Return what comes within `seconds`, perhaps nothing. Raises OSError."""
        ...

    def settle(self) -> None:
        """Wait until everything has left this machine. Raises OSError."""
        ...

    def close(self) -> None:
        """Hang up."""
        ...


@contextlib.contextmanager
def opened(address: Address) -> Iterator[Wire]:
    """Open the wire to the printer at `address` for the block. Raises PrinterTrouble."""
    wire = _open(address)
    try:
        yield wire
    finally:
        with contextlib.suppress(OSError):
            wire.close()


def _open(address: Address) -> Wire:
    try:
        match address.kind:
            case "tcp":
                return TcpWire(address.host, address.port)
            case "serial":
                return SerialWire(address.path, address.baud)
            case "usb":
                return UsbWire(address.vendor, address.product)
            case "file":
                return FileWire(address.path)
            case kind:
                raise PrinterTrouble("address_invalid") from ValueError(kind)
    except TimeoutError as slow:
        raise PrinterTrouble("timeout") from slow
    except OSError as gone:
        raise PrinterTrouble("offline") from gone


class TcpWire:
    """A network printer, usually on port 9100."""

    def __init__(self, host: str, port: int) -> None:
        self._socket = socket.create_connection((host, port), timeout=CONNECT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, sent: bytes) -> None:
        """Send all of `sent`."""
        self._socket.settimeout(WRITE)
        self._socket.sendall(sent)

    def read(self, seconds: float) -> bytes:
        """Return what comes within `seconds`; a hang-up is an error."""
        self._socket.settimeout(max(seconds, 0.001))
        try:
            came = self._socket.recv(64)
        except TimeoutError:
            return b""
        if not came:
            raise ConnectionResetError("the printer hung up")
        return came

    def settle(self) -> None:
        """Wait until the printer has acknowledged every byte, as far as the system can tell."""
        end = time.monotonic() + ACKNOWLEDGE
        while _unacknowledged(self._socket):
            if time.monotonic() > end:
                raise TimeoutError("bytes were not acknowledged")
            time.sleep(0.01)
        self.read(0.05)

    def close(self) -> None:
        """Say that no more comes, then hang up."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        self._socket.close()


def _unacknowledged(connection: socket.socket) -> int:
    """Return how many sent bytes the peer has not acknowledged (Linux; elsewhere 0)."""
    if not sys.platform.startswith("linux"):
        return 0
    import fcntl
    import termios

    answer = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4)
    return int(struct.unpack("i", answer)[0])


class SerialWire:
    """A printer on a serial line."""

    def __init__(self, path: str, baud: int) -> None:
        import serial  # type: ignore[import-untyped]

        self._line: Any = serial.Serial(path, baudrate=baud, timeout=1.0)
        self._baud = baud

    def write(self, sent: bytes) -> None:
        """Send all of `sent`, at the pace of the line."""
        self._line.write_timeout = WRITE + len(sent) * 10 / self._baud
        self._line.write(sent)

    def read(self, seconds: float) -> bytes:
        """Return what comes within `seconds`."""
        self._line.timeout = max(seconds, 0.001)
        return bytes(self._line.read(1))

    def settle(self) -> None:
        """Wait until the line's buffer is empty."""
        self._line.flush()

    def close(self) -> None:
        """Close the line."""
        self._line.close()


class UsbWire:
    """A printer on USB, by its vendor and product number."""

    def __init__(self, vendor: int, product: int) -> None:
        import usb.core
        import usb.util

        try:
            device = usb.core.find(idVendor=vendor, idProduct=product)
        except usb.core.NoBackendError as missing:
            raise PrinterTrouble("driver_missing") from missing
        if device is None:
            raise FileNotFoundError(f"no USB device {vendor:04x}:{product:04x}")
        self._device: Any = device
        self._util: Any = usb.util
        with contextlib.suppress(NotImplementedError):
            if device.is_kernel_driver_active(0):
                device.detach_kernel_driver(0)
        device.set_configuration()
        interface = device.get_active_configuration()[(0, 0)]
        self._out = self._endpoint(interface, usb.util.ENDPOINT_OUT)
        self._in = self._endpoint(interface, usb.util.ENDPOINT_IN)
        if self._out is None:
            raise FileNotFoundError("the USB device takes no data")

    def _endpoint(self, interface: Any, direction: int) -> Any:
        direction_of = self._util.endpoint_direction
        return self._util.find_descriptor(
            interface, custom_match=lambda each: direction_of(each.bEndpointAddress) == direction
        )

    def write(self, sent: bytes) -> None:
        """Send all of `sent`."""
        while sent:
            written = int(self._out.write(sent, int(WRITE * 1000)))
            sent = sent[written:]

    def read(self, seconds: float) -> bytes:
        """Return what comes within `seconds`."""
        import usb.core

        if self._in is None:
            return b""
        try:
            return bytes(self._in.read(64, max(int(seconds * 1000), 1)))
        except usb.core.USBTimeoutError:
            return b""

    def settle(self) -> None:
        """Nothing to wait for: a bulk transfer ends when the device has taken it."""

    def close(self) -> None:
        """Let the device go."""
        self._util.dispose_resources(self._device)


class FileWire:
    """A device file or a file that grows; in a folder, a new file for each slip."""

    def __init__(self, path: str) -> None:
        flags = os.O_WRONLY | os.O_CREAT | getattr(os, "O_NONBLOCK", 0)
        if os.path.isdir(path):
            self._handle = _next_file(path, flags)
        else:
            self._handle = os.open(path, flags | os.O_APPEND, 0o640)

    def write(self, sent: bytes) -> None:
        """Write all of `sent`; a device that is not ready in time is an error."""
        while sent:
            try:
                sent = sent[os.write(self._handle, sent) :]
            except BlockingIOError:
                if not select.select([], [self._handle], [], WRITE)[1]:
                    raise TimeoutError("the device takes nothing") from None

    def read(self, seconds: float) -> bytes:
        """Return nothing: a file does not answer."""
        return b""

    def settle(self) -> None:
        """Put it on the disk; a device has none."""
        with contextlib.suppress(OSError):
            os.fsync(self._handle)

    def close(self) -> None:
        """Close the file."""
        os.close(self._handle)


def _next_file(folder: str, flags: int) -> int:
    number = len(os.listdir(folder)) + 1
    while True:
        try:
            return os.open(os.path.join(folder, f"slip-{number:06d}.bin"), flags | os.O_EXCL, 0o640)
        except FileExistsError:
            number += 1
