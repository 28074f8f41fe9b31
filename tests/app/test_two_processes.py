"""Two server processes of one installation, over PostgreSQL and Redis."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.houses import Server
from tests.screens import Screen
from tests.services import free_port

pytestmark = pytest.mark.takes(8)


@pytest.fixture
def pair(
    make_server: Callable[..., Server],
    make_postgres_database: Callable[[], str],
    redis_url: str,
) -> Iterator[tuple[Server, Server]]:
    """Two servers of one office, which know of each other by the database and Redis alone."""
    first = make_server(make_postgres_database(), redis=redis_url)
    second = replace(first, port=free_port(), process=None).start()
    yield first, second
    second.kill()


def test_a_call_at_one_process_is_told_to_the_screens_of_the_other(
    pair: tuple[Server, Server],
) -> None:
    first, second = pair
    boards = [
        Screen(each.url, "/display", {"token": each.tokens["screen"]}).connect() for each in pair
    ]
    for board in boards:
        board.wait_for("snapshot")
    first.ask("POST", "/tickets", first.tokens["kiosk"], {"service": "A"})
    second.ask("POST", "/counters/1/next", second.tokens["clerks"]["1"])
    for board in boards:
        call = board.wait_for("change", lambda change: change["kind"] == "ticket_called")
        assert (call["label"], call["counter"]) == ("A001", 1)
        board.wait_for("heartbeat")
        assert sorted(each["version"] for each in board.all("change")) == [1, 2, 3]
        board.disconnect()


def test_two_processes_give_out_each_number_once(pair: tuple[Server, Server]) -> None:
    labels: list[str] = []

    def issue(server: Server) -> None:
        for _ in range(10):
            status, ticket = server.ask(
                "POST", "/tickets", server.tokens["kiosk"], {"service": "A"}
            )
            assert status == 201
            labels.append(ticket["label"])

    threads = [threading.Thread(target=issue, args=(pair[n % 2],)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(labels) == [f"A{number:03d}" for number in range(1, 61)]


def test_a_phone_at_one_process_hears_of_the_call_at_the_other(
    pair: tuple[Server, Server],
) -> None:
    first, second = pair
    _, ticket = first.ask("POST", "/tickets", first.tokens["kiosk"], {"service": "A"})
    phone = Screen(first.url, "/ticket", {"token": ticket["token"]}).connect()
    phone.wait_for("snapshot")
    second.ask("POST", "/counters/2/next", second.tokens["clerks"]["2"])
    assert phone.wait_for("snapshot", lambda told: told["status"] == "called")["counter"] == 2
    phone.disconnect()


def test_twenty_screens_of_two_processes_get_each_of_two_hundred_calls_once(
    pair: tuple[Server, Server],
) -> None:
    boards = [
        Screen(each.url, "/display", {"token": each.tokens["screen"]}).connect()
        for each in pair * 10
    ]
    for board in boards:
        board.wait_for("snapshot")
    called: list[tuple[str, int]] = []

    def serve(counter: int, service: str, server: Server) -> None:
        for _ in range(50):
            server.ask("POST", "/tickets", server.tokens["kiosk"], {"service": service})
            clerk = server.tokens["clerks"][str(counter)]
            _, answer = server.ask("POST", f"/counters/{counter}/finish-and-next", clerk)
            called.append((answer["ticket"]["label"], counter))

    desks = [(1, "A"), (3, "C"), (5, "K"), (7, "L")]
    threads = [
        threading.Thread(target=serve, args=(*desk, pair[turn % 2]))
        for turn, desk in enumerate(desks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(called)) == 200
    boards[0].wait_for("change", is_call, count=200)
    last = max(each["version"] for each in boards[0].all("change"))
    for board in boards:
        board.wait_for("change", is_call, count=200)
        board.wait_for("heartbeat", lambda told: told["version"] >= last)
        changes = sorted(board.all("change"), key=lambda each: int(each["version"]))
        versions = [each["version"] for each in changes]
        assert versions == list(range(versions[0], versions[0] + len(versions)))
        heard = [(each["label"], each["counter"]) for each in changes if is_call(each)]
        assert sorted(heard) == sorted(called)
        for counter, _ in desks:
            order = [each for each in heard if each[1] == counter]
            assert order == [each for each in called if each[1] == counter]
        board.disconnect()


def is_call(change: dict[str, Any]) -> bool:
    """Say whether a change is a call."""
    return bool(change["kind"] == "ticket_called")


def test_a_second_process_without_redis_is_refused_at_its_start(server: Server) -> None:
    command = [sys.executable, "-m", "app.command", "serve", "--data", str(server.data)]
    entries = {
        "serve": [*command, "--port", str(free_port())],
        "wsgi": [
            sys.executable,
            "-c",
            "from gevent import monkey; monkey.patch_all()\nimport app.wsgi",
        ],
    }
    environ = server.environ | {"ANTREAN_DATA": str(server.data)}
    started = [
        subprocess.Popen(each, env=environ, stderr=subprocess.PIPE, text=True)
        for each in entries.values()
    ]
    for each in started:
        said = each.communicate(timeout=60)[1]
        assert each.returncode != 0
        assert "several need Redis" in said
    assert server.ask("GET", "/services")[0] == 200
    server.kill()
    server.start()
