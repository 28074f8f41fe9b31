"""Two server processes of one installation, over PostgreSQL and Redis."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from tests.houses import Server
from tests.screens import Screen
from tests.services import free_port


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
