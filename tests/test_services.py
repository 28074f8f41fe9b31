"""The tests' own services: fresh databases, and the wall around this machine."""

import socket
from collections.abc import Callable

import psycopg
import pytest
import redis
from sqlalchemy import create_engine, inspect

#: An address kept for documents (RFC 5737); nobody is there.
AWAY = ("192.0.2.1", 9)


def test_a_database_is_fresh_and_empty(database_url: str) -> None:
    engine = create_engine(database_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_every_database_of_a_test_is_another(make_postgres_database: Callable[[], str]) -> None:
    assert make_postgres_database() != make_postgres_database()


def test_no_database_outlives_its_test(postgres: str) -> None:
    with psycopg.connect(postgres) as connection:
        left = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 't%'")
        assert {name for (name,) in left} <= {"template0", "template1"}


def test_redis_keeps_what_it_is_given(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        client.set("called", "A-001")
        assert client.get("called") == b"A-001"


@pytest.mark.parametrize(
    "leave",
    [
        lambda: socket.create_connection(AWAY),
        lambda: socket.socket().connect(AWAY),
        lambda: socket.socket().connect_ex(AWAY),
        lambda: socket.socket(type=socket.SOCK_DGRAM).sendto(b"", AWAY),
        lambda: socket.getaddrinfo("antrean.example", 80),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")
def test_nothing_leaves_this_machine(leave: Callable[[], object], reached_out: list[str]) -> None:
    with pytest.raises(AssertionError, match="reached out"):
        leave()
    assert len(reached_out) == 1
    reached_out.clear()
