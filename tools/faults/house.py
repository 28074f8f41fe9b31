"""Whole installations for faults: one process over SQLite, or two over PostgreSQL and Redis behind
nginx, with a standby where that is asked for. All of it is ours and ends with the block.
"""

import os
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from benchmarks.servers import free_port
from tools.faults.frail import Frail, frail
from tools.faults.network import Network
from tools.faults.programs import STARTING, Nginx, Postgres, Program, Redis, await_answer
from tools.nursery import Born, Nursery, clean_environ, initialised

#: Megabytes of a frail machine's disk, for an office on SQLite and for PostgreSQL.
SMALL, ROOM = 24, 160


class Kind(StrEnum):
    """What a house is made of."""

    #: One process over SQLite.
    ONE = "one"
    #: Two processes over PostgreSQL and Redis, behind nginx.
    MANY = "many"
    #: The same, with a standby that each commit waits for.
    WAITED = "waited"
    #: The same, with a standby that follows as it can.
    FOLLOWED = "followed"
    #: As MANY, each part a host of its own; see tools/faults/networks.py.
    APART = "apart"
    #: As ONE, on a machine with a small disk, whose disk and clock can go amiss.
    FRAIL = "frail"
    #: As MANY, on such a machine all of it.
    FRAIL_MANY = "frail_many"


@dataclass
class Serving:
    """One `antrean serve`."""

    data: Path
    environ: dict[str, str]
    nursery: Nursery
    host: str = "127.0.0.1"
    port: int = field(default_factory=free_port)
    process: Born | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{self.host}:{self.port}"

    @property
    def log(self) -> Path:
        """What it said."""
        return self.data.with_name(f"served-{self.port}.log")

    def start(self, *, wait: bool = True) -> None:
        """Start it, and wait until it answers. Raises Silent."""
        words = ["serve", "--data", str(self.data), "--host", self.host, "--port", str(self.port)]
        self.process = self.nursery.run(words, self.environ, self.log)
        if wait:
            await_answer(f"antrean at {self.port}", self._answers_in_the_end)

    def _answers_in_the_end(self) -> bool:
        """Say whether it answers; where it has ended, start it again as the shipped unit does."""
        if self.process is not None and self.process.poll() is not None:
            time.sleep(1)
            self.start(wait=False)
        return self.answers()

    def tell_what_it_does(self) -> None:
        """Have it write its stack into its log, as one that answers no more still can."""
        if self.process is not None:
            self.process.send_signal(signal.SIGUSR1)

    def answers(self) -> bool:
        """Say whether it answers at all."""
        try:
            with urlopen(f"{self.url}/healthz", timeout=5):
                return True
        except OSError:
            return False

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self._end(signal.SIGKILL)

    def end(self) -> None:
        """Ask it to end, and wait until it has."""
        self._end(signal.SIGTERM)

    def freeze(self) -> None:
        """Let it neither answer nor end."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self.process is not None:
            os.kill(self.process.pid, signal.SIGCONT)

    def _end(self, number: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            os.kill(self.process.pid, number)
            self.process.wait(STARTING)
        self.process = None


@dataclass
class House:
    """An installation with the sample office, at work."""

    kind: Kind
    folder: Path
    tokens: dict[str, Any]
    servers: list[Serving]
    #: Where PostgreSQL is written to, and what follows it.
    postgres: Postgres | None = None
    standby: Postgres | None = None
    redis: Redis | None = None
    front: Nginx | None = None
    network: Network | None = None
    frail: Frail | None = None
    #: The share of the usual time that things stay broken.
    haste: float = 1.0
    #: Further programs that end with the house.
    extra: list[Program] = field(default_factory=list)

    @property
    def urls(self) -> list[str]:
        """Where kiosks and clerks send to."""
        return [self.front.ways.bare] if self.front else [each.url for each in self.servers]

    @property
    def screens(self) -> list[str]:
        """Where the boards connect: each to another process, so that all are looked at."""
        if self.front and self.network:
            return [self.front.ways.bare]
        return [each.url for each in self.servers]

    @property
    def logs(self) -> list[Path]:
        """What everything in it said."""
        parts = (self.postgres, self.standby, self.redis, self.front, *self.extra)
        folders = [each.folder for each in parts if each]
        return [each.log for each in self.servers] + [
            log for folder in folders for log in sorted(folder.glob("*.log"))
        ]

    def before_boards(self) -> AbstractContextManager[None]:
        """Return where the boards hang: on this host, unless they have one of their own."""
        return self.network["board"].here() if self.network else nullcontext()


@contextmanager
def house(kind: Kind, nursery: Nursery | None = None, **settings: str) -> Iterator[House]:
    """Make an installation of a kind and let it run until the block ends.

    `settings` are further ones of each process, such as printer="file:///tmp/slips". Raises NoHosts
    where the machine allows no hosts of their own.
    """
    if kind is Kind.APART:
        from tools.faults.networks import apart

        with apart() as made:
            yield made
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="antrean-fault-")))
        folder.chmod(0o755)
        environ = clean_environ()
        environ |= {f"ANTREAN_{name.upper()}": value for name, value in settings.items()}
        environ["ANTREAN_BACKUPS_KEPT"] = "0"
        postgres = standby = cache = front = weak = None
        alone = kind in (Kind.ONE, Kind.FRAIL)
        disk = folder
        within: Sequence[str] = ()
        if kind in (Kind.FRAIL, Kind.FRAIL_MANY):
            weak = stack.enter_context(frail(folder, SMALL if alone else ROOM))
            environ |= weak.amiss.environ
            disk = weak.disk
            # what is born of others keeps their libraries
            nursery = stack.enter_context(closing(Nursery(environ)))
            within = ("env", *(f"{name}={value}" for name, value in weak.amiss.environ.items()))
        elif nursery is None:
            nursery = stack.enter_context(closing(Nursery(environ)))
        if not alone:
            postgres = Postgres(disk / "postgres", within=within).make()
            postgres.start()
            stack.callback(postgres.kill)
            postgres.ask("CREATE DATABASE antrean")
            if kind in (Kind.WAITED, Kind.FOLLOWED):
                standby = postgres.standby(folder / "standby")
                stack.callback(standby.kill)
            if kind is Kind.WAITED:
                postgres.wait_for_standby("*")
            cache = Redis(folder / "redis")
            cache.start()
            stack.callback(cache.kill)
            environ["ANTREAN_DATABASE"] = database_of(postgres, standby)
            environ["ANTREAN_REDIS"] = cache.url
            environ["ANTREAN_PROXIES"] = "1"
        tokens = initialised(nursery, disk / "data", environ)
        servers = [Serving(disk / "data", environ, nursery) for _ in range(1 if alone else 2)]
        for each in servers:
            each.start()
            stack.callback(each.kill)
        if not alone:
            first, second = (f"{each.host}:{each.port}" for each in servers)
            front = Nginx(folder / "nginx", (first, second))
            front.start()
            stack.callback(front.kill)
        made = House(kind, folder, tokens, servers, postgres, standby, cache, front)
        made.frail = weak
        try:
            yield made
        finally:
            for program in made.extra:
                program.kill()


def database_of(*servers: Postgres | None) -> str:
    """Return the address of the database at whichever of the servers is written to."""
    hosts = "&".join(f"host={each.host}:{each.port}" for each in servers if each)
    wishes = "connect_timeout=3&target_session_attrs=read-write"
    return f"postgresql://postgres@/antrean?{hosts}&{wishes}"
