"""Pages that follow the server as `web/static/web/live.js` does, many in one process.

Each is a real websocket. One that loses its connection tries again after the pauses that the page
takes, whose numbers are read from the page's own file.
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any
from urllib.parse import urlsplit

from benchmarks.clients import frames
from benchmarks.servers import ROOT

LIVE = ROOT / "web" / "static" / "web" / "live.js"
#: Any key will do; what the server makes of it is not looked at.
ASK = (
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    "Sec-WebSocket-Version: 13\r\n\r\n"
)
#: Pages of one address: the server takes no more than 1,000 connections of one.
OF_ONE_ADDRESS = 500
#: The words of Engine.IO and Socket.IO that are answered here.
PING, PONG = b"2", "3"


@dataclass(frozen=True)
class Pauses:
    """How long a page waits before it tries again (s), and how long for an answer."""

    first: float
    longest: float
    spread: float
    patience: float

    @classmethod
    def of_page(cls, hears: bool) -> "Pauses":
        """Read them from the page's file, for pages that hear a heartbeat or not."""
        text = LIVE.read_text(encoding="utf-8")

        def number(name: str) -> float:
            found = re.search(rf"\b{name}: (?:hears \? ([\d_.]+) : )?([\d_.]+),", text)
            assert found is not None, name
            return float((found[1] if hears and found[1] else found[2]).replace("_", ""))

        return cls(
            number("reconnectionDelay") / 1000,
            number("reconnectionDelayMax") / 1000,
            number("randomizationFactor"),
            number("timeout") / 1000,
        )

    def before(self, tries: int) -> float:
        """Return the seconds before the try after so many in vain, as socket.io-client does."""
        pause = self.first * 2**tries
        return float(min(pause * (1 + self.spread * random.uniform(-1, 1)), self.longest))


class Follower:
    """One page of one namespace."""

    def __init__(
        self, url: str, namespace: str, auth: dict[str, Any], pauses: Pauses, number: int
    ) -> None:
        parts = urlsplit(url)
        self._place = (parts.hostname or "", parts.port or 80)
        self._from = (f"127.0.0.{2 + number // OF_ONE_ADDRESS}", 0)
        self._namespace, self._auth, self._pauses = namespace, auth, pauses
        #: When (time.monotonic) it was last told where things stand; 0 until it is.
        self.right_at = 0.0
        #: The version it shows, with everything before it; None before the first snapshot.
        self.version: int | None = None
        self.refused = 0
        self.snapshots = 0
        self._early: set[int] = set()

    async def follow(self) -> None:
        """Follow for ever."""
        tries = 0
        while True:
            with suppress(OSError, asyncio.IncompleteReadError, TimeoutError):
                reader, writer = await asyncio.wait_for(self._open(), self._pauses.patience)
                tries = 0
                try:
                    await self._listen(reader, writer)
                finally:
                    writer.transport.abort()
            await asyncio.sleep(self._pauses.before(tries))
            tries += 1

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self._place, local_addr=self._from)
        try:
            writer.write(ASK.format(host=f"{self._place[0]}:{self._place[1]}").encode())
            answer = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " not in answer[:20]:
                raise ConnectionError(answer[:60])
            auth = self._auth if self.version is None else self._auth | {"after": self.version}
            # the server's first word need not be waited for: it comes before all answers
            _say(writer, f"40{self._namespace},{json.dumps(auth)}")
        except BaseException:
            writer.transport.abort()
            raise
        return reader, writer

    async def _listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        buffer = bytearray()
        while data := await reader.read(65536):
            buffer += data
            for text in frames(buffer):
                if text == PING:
                    _say(writer, PONG)
                elif text.startswith(b"44"):
                    self.refused += 1
                    return
                elif text.startswith(b"42"):
                    name, told = json.loads(text[text.index(b"[") :])
                    self._hear(name, told)

    def _hear(self, name: str, told: Any) -> None:
        if name == "snapshot":
            self.snapshots += 1
            self.version = told["version"]
            self.right_at = time.monotonic()
        elif name == "caught_up":
            for change in told["changes"]:
                self._take(change["version"])
            self.right_at = time.monotonic()
        elif name == "change":
            self._take(told["version"])

    def _take(self, version: int) -> None:
        self._early.add(version)
        while self.version is not None and self.version + 1 in self._early:
            self.version += 1
            self._early.discard(self.version)


def _say(writer: asyncio.StreamWriter, text: str) -> None:
    """Send a text of a client (RFC 6455, 5.3), with a mask that changes nothing."""
    data = text.encode()
    length = (
        bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + len(data).to_bytes(2, "big")
    )
    writer.write(b"\x81" + length + bytes(4) + data)


@dataclass(frozen=True)
class Found:
    """How the pages of one kind stand."""

    #: When (time.monotonic) each was told last where things stand.
    right_at: list[float]
    versions: list[int | None]
    refused: int
    snapshots: int


def gather(asked: Connection, url: str, kinds: dict[str, tuple[str, list[dict[str, Any]]]]) -> None:
    """Be all these pages, {kind: (namespace, what each connects with)}, until told nothing.

    Answers whatever else is told with {kind: Found}.
    """
    asyncio.run(_gathered(asked, url, kinds))


async def _gathered(
    asked: Connection, url: str, kinds: dict[str, tuple[str, list[dict[str, Any]]]]
) -> None:
    pages: dict[str, list[Follower]] = {}
    tasks = []
    for kind, (namespace, auths) in kinds.items():
        pauses = Pauses.of_page(hears=namespace != "/ticket")
        pages[kind] = [
            Follower(url, namespace, auth, pauses, number) for number, auth in enumerate(auths)
        ]
        for page in pages[kind]:
            tasks.append(asyncio.create_task(page.follow()))
            if len(tasks) % 20 == 0:
                await asyncio.sleep(0.05)
    while True:
        if not asked.poll():
            await asyncio.sleep(0.05)
            continue
        if asked.recv() is None:
            break
        asked.send({kind: _found(each) for kind, each in pages.items()})
    for task in tasks:
        task.cancel()


def _found(pages: Iterable[Follower]) -> Found:
    pages = list(pages)
    return Found(
        [each.right_at for each in pages],
        [each.version for each in pages],
        sum(each.refused for each in pages),
        sum(each.snapshots for each in pages),
    )
