"""Hosts of their own on this machine, and the wires between them, which can be cut, lossy or slow.

Each host is a network namespace whose only way out is a tun device. A thread of this process reads
what each host sends, packet by packet, and hands it to the host it is for: later, not always, or
not at all. So a wire is cut in one direction or in both without a word to either end, as in a real
network, and without kernel modules (netem, nftables) that small kernels lack. It needs root and
/dev/net/tun. No address outside of the namespaces can be reached from them.
"""

import ctypes
import errno
import fcntl
import heapq
import itertools
import os
import random
import select
import struct
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

TUN = "/dev/net/tun"
#: Where the system keeps the names of namespaces.
NAMES = Path("/run/netns")
#: Every namespace and device of ours is named so, and by the process that made it.
OURS = "antrean"

_TUNSETIFF = 0x400454CA
_IFF_TUN, _IFF_NO_PI = 0x0001, 0x1000
_CLONE_NEWNET = 0x40000000
_LARGEST = 65536


class NoHosts(Exception):
    """The machine allows no network namespaces or tun devices; the message says why."""


@dataclass(frozen=True)
class Host:
    """One host: its namespace, its address, and the end of its wire."""

    name: str
    space: str
    address: str
    wire: int

    def command(self, *command: Any) -> list[str]:
        """Return the command that runs `command` on this host."""
        return ["ip", "netns", "exec", self.space, *map(str, command)]

    @contextmanager
    def here(self) -> Iterator[None]:
        """Let this thread, and threads it starts meanwhile, be on this host.

        Sockets stay on the host they were made on.
        """
        libc = ctypes.CDLL(None, use_errno=True)
        with (
            open(f"/proc/self/task/{threading.get_native_id()}/ns/net") as before,
            (NAMES / self.space).open() as there,
        ):
            if libc.setns(there.fileno(), _CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
            try:
                yield
            finally:
                libc.setns(before.fileno(), _CLONE_NEWNET)


@dataclass(frozen=True)
class Wire:
    """How packets of one direction fare: the share that is lost, how late (s) the others are."""

    lost: float = 0.0
    late: float = 0.0


CUT = Wire(lost=1.0)
WHOLE = Wire()


class Network:
    """Hosts and the wires between them; use it in a `with`, which takes all of it away again.

    Raises NoHosts where the machine does not allow it. `seed` decides which packets are lost.
    """

    def __init__(self, *names: str, seed: int = 1) -> None:
        self.hosts: dict[str, Host] = {}
        self._wires: dict[tuple[str, str], Wire] = {}
        self._chance = random.Random(seed)
        self._under_way: list[tuple[float, int, int, bytes]] = []
        self._order = itertools.count()
        self._woken, self._wake = os.pipe()
        sweep()
        try:
            for number, name in enumerate(names, 1):
                self.hosts[name] = _host(name, number)
        except (OSError, subprocess.CalledProcessError) as error:
            self._take_away()
            said = getattr(error, "stderr", None) or error
            raise NoHosts(f"no network namespaces here: {said}".strip()) from error
        self._names = {_packed(host.address): name for name, host in self.hosts.items()}
        self._thread = threading.Thread(target=self._carry, name="network", daemon=True)

    def __enter__(self) -> "Network":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.write(self._wake, b"e")
        self._thread.join()
        self._take_away()

    def __getitem__(self, name: str) -> Host:
        return self.hosts[name]

    def one_way(self, sender: str, receiver: str, wire: Wire) -> None:
        """Let what `sender` sends to `receiver` fare so from now on."""
        self._wires[sender, receiver] = wire

    def both_ways(self, one: str, other: str, wire: Wire) -> None:
        """The same in both directions."""
        self.one_way(one, other, wire)
        self.one_way(other, one, wire)

    def mend(self) -> None:
        """Make every wire whole again."""
        self._wires.clear()

    def _carry(self) -> None:
        """Hand on what comes until told to end."""
        poll = select.poll()
        ends = {host.wire: name for name, host in self.hosts.items()}
        for wire in (*ends, self._woken):
            poll.register(wire, select.POLLIN)
        while True:
            wait = self._under_way[0][0] - time.monotonic() if self._under_way else None
            for wire, _ in poll.poll(None if wait is None else max(wait * 1000, 0)):
                if wire == self._woken:
                    return
                self._take(ends[wire], os.read(wire, _LARGEST))
            while self._under_way and self._under_way[0][0] <= time.monotonic():
                _, _, end, packet = heapq.heappop(self._under_way)
                try:
                    os.write(end, packet)
                except OSError as error:  # its queue is full: lost, as on any wire
                    if error.errno not in (errno.ENOBUFS, errno.EIO, errno.EAGAIN):
                        raise

    def _take(self, sender: str, packet: bytes) -> None:
        receiver = self._names.get(packet[16:20]) if packet[0] >> 4 == 4 else None
        if receiver is None:
            return
        wire = self._wires.get((sender, receiver), WHOLE)
        if wire.lost and self._chance.random() < wire.lost:
            return
        due = time.monotonic() + wire.late
        end = self.hosts[receiver].wire
        heapq.heappush(self._under_way, (due, next(self._order), end, packet))

    def _take_away(self) -> None:
        for host in self.hosts.values():
            os.close(host.wire)
            subprocess.run(["ip", "netns", "del", host.space], check=False, capture_output=True)
        os.close(self._woken)
        os.close(self._wake)


def sweep() -> None:
    """Take away what processes that are no more have left behind."""
    for space in NAMES.glob(f"{OURS}-*-*") if NAMES.is_dir() else ():
        if not Path(f"/proc/{space.name.split('-')[1]}").exists():
            subprocess.run(["ip", "netns", "del", space.name], check=False, capture_output=True)


def on(host: Host, act: Callable[[], Any]) -> Any:
    """Return what `act` returns on this host."""
    with host.here():
        return act()


def _host(name: str, number: int) -> Host:
    """Make a host."""
    space, device = f"{OURS}-{os.getpid()}-{number}", f"an{os.getpid()}x{number}"[:15]
    address = f"10.77.{os.getpid() % 250}.{number}"
    wire = os.open(TUN, os.O_RDWR | os.O_CLOEXEC)
    try:
        fcntl.ioctl(
            wire, _TUNSETIFF, struct.pack("16sH22x", device.encode(), _IFF_TUN | _IFF_NO_PI)
        )
        for line in (
            f"netns add {space}",
            f"link set {device} netns {space}",
            f"-n {space} addr add {address}/32 dev {device}",
            f"-n {space} link set lo up",
            f"-n {space} link set {device} up",
            f"-n {space} route add default dev {device}",
        ):
            subprocess.run(["ip", *line.split()], check=True, capture_output=True, text=True)
    except BaseException:
        os.close(wire)
        subprocess.run(["ip", "netns", "del", space], check=False, capture_output=True)
        raise
    return Host(name, space, address, wire)


def _packed(address: str) -> bytes:
    return bytes(map(int, address.split(".")))
