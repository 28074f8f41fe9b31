"""The relay between processes, while Redis is away, frozen, and back."""

import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from app.relay import Relay
from tests.houses import Server
from tests.screens import Screen
from tests.services import free_port
from tools.faults.programs import Postgres, Redis
from tools.nursery import Nursery, clean_environ


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    """A Redis of the test's own."""
    made = Redis(tmp_path / "redis")
    made.start()
    yield made
    made.kill()


@pytest.fixture
def pair(
    make_server: Callable[..., Server],
    make_postgres_database: Callable[[], str],
    redis: Redis,
) -> Iterator[tuple[Server, Server]]:
    """Two servers of one office."""
    first = make_server(make_postgres_database(), redis=redis.url)
    second = replace(first, port=free_port(), process=None).start()
    yield first, second
    second.kill()


def call(pair: tuple[Server, Server], board: Screen) -> float:
    """Take a number and call it at the first process; return when a board at the second knew."""
    first = pair[0]
    first.ask("POST", "/tickets", first.tokens["kiosk"], {"service": "A"})
    _, answer = first.ask("POST", "/counters/1/finish-and-next", first.tokens["clerks"]["1"])
    began = time.monotonic()
    version = answer["version"]
    while True:
        newest = max(
            (told["version"] for name in ("change", "heartbeat") for told in board.all(name)),
            default=0,
        )
        if newest >= version:
            return time.monotonic() - began
        assert time.monotonic() - began < 15
        time.sleep(0.02)


def test_without_redis_screens_hear_by_the_database_and_all_that_is_limited_goes_on(
    pair: tuple[Server, Server], redis: Redis
) -> None:
    first, second = pair
    board = Screen(second.url, "/display", {"token": second.tokens["screen"]}).connect()
    board.wait_for("snapshot")
    assert call(pair, board) < 1.5
    _, ticket = first.ask("POST", "/tickets", first.tokens["kiosk"], {"service": "C"})

    redis.kill()
    time.sleep(0.5)
    assert call(pair, board) < 2, "sooner than the next heartbeat"
    assert first.ask("GET", f"/tickets/{ticket['token']}")[0] == 200
    page = requests.get(f"{first.url}/sign-in", timeout=10)
    assert page.status_code == 200

    redis.start()
    time.sleep(2.5)
    beats = len(board.all("heartbeat"))
    time.sleep(2)
    assert len(board.all("heartbeat")) - beats <= 1, "as seldom as before"
    assert call(pair, board) < 1.5

    redis.freeze()
    try:
        began = time.monotonic()
        assert first.ask("GET", f"/tickets/{ticket['token']}")[0] == 200
        assert call(pair, board) < 5
        assert time.monotonic() - began < 8
    finally:
        redis.thaw()
    board.disconnect()


def test_a_server_waits_for_its_database(tmp_path: Path, nursery: Nursery) -> None:
    folder = Path(tempfile.mkdtemp(prefix="antrean-pg-"))
    folder.chmod(0o755)  # PostgreSQL runs as a user of its own where we are root
    postgres = Postgres(folder / "postgres")
    environ = clean_environ()
    environ["ANTREAN_DATABASE"] = f"postgresql://postgres@127.0.0.1:{postgres.port}/postgres"
    server = Server(tmp_path / "data", free_port(), {}, environ, nursery)
    (tmp_path / "data").mkdir()
    waiting = threading.Timer(1.0, lambda: postgres.make().start())
    waiting.start()
    try:
        server.start()
        assert "waiting for the database" in (tmp_path / "data" / "server.log").read_text()
        assert requests.get(f"{server.url}/setup", timeout=10).status_code == 200
    finally:
        server.kill()
        waiting.join()
        postgres.kill()
        shutil.rmtree(folder)


def test_what_is_told_together_is_one_message_and_heard_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    relay = Relay(f"redis://127.0.0.1:{free_port()}/0")
    sent: list[str] = []
    monkeypatch.setattr(
        relay, "redis", SimpleNamespace(publish=lambda _to, said: sent.append(said))
    )
    told = [{"method": "emit", "namespace": each} for each in ("/display", "/counter", "/kiosk")]
    with relay.together():
        relay._publish(told[0])
        relay._publish(told[1])
        assert sent == []
    relay._publish(told[2])
    with relay.together():
        pass
    assert len(sent) == 2
    heard = [
        {"channel": relay.channel.encode(), "type": "message", "data": each}
        for each in ("no JSON", *sent)
    ]
    monkeypatch.setattr(relay, "_redis_listen_with_retries", lambda: iter(heard))
    assert list(islice(relay._listen(), 3)) == told
