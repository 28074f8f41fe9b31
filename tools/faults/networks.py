"""Faults between hosts: the wires between servers, database, Redis, nginx, hall and board are cut.

Each is a host of its own (tools/faults/network.py); wires are cut in one direction or both, or they
lose packets, or are slow.
"""

import random
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from itertools import permutations
from pathlib import Path

from app.replay.rest import Caller, Tally
from tools.faults.breaking import DATABASE, REDIS, SERVERS, WIRES, fault, needed, rest
from tools.faults.house import House, Kind, Serving, database_of
from tools.faults.network import CUT, Network, Wire
from tools.faults.programs import Nginx, Postgres, Redis
from tools.nursery import Nursery, clean_environ, initialised

#: The hall is where the kiosks and counters are, and this program.
HOSTS = ("hall", "board", "front", "one", "two", "database", "redis")
#: Seconds that a wire stays cut: longer than anybody waits for an answer.
LEAST, MOST = 9.0, 12.0
#: Seconds within which a server has to answer that is parted from what it needs.
ANSWERED = 12.0


@contextmanager
def apart() -> Iterator[House]:
    """Make an installation of the kind APART. Raises NoHosts where the machine allows none."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="antrean-fault-")))
        folder.chmod(0o755)
        network = stack.enter_context(Network(*HOSTS))
        address = {name: host.address for name, host in network.hosts.items()}
        stack.enter_context(network["hall"].here())
        postgres = Postgres(folder / "postgres", address["database"]).make()
        postgres.where = network["database"].here
        postgres.start()
        stack.callback(postgres.kill)
        postgres.ask("CREATE DATABASE antrean")
        cache = Redis(folder / "redis", address["redis"])
        cache.where = network["redis"].here
        cache.start()
        stack.callback(cache.kill)
        environ = clean_environ() | {
            "ANTREAN_BACKUPS_KEPT": "0",
            "ANTREAN_DATABASE": database_of(postgres),
            "ANTREAN_REDIS": cache.url,
            "ANTREAN_PROXIES": "1",
        }
        servers = []
        for name in ("one", "two"):
            # what is born of others is on their host
            with network[name].here():
                nursery = stack.enter_context(closing(Nursery(clean_environ())))
            servers.append(Serving(folder / "data", environ, nursery, address[name]))
        tokens = initialised(servers[0].nursery, folder / "data", environ)
        for each in servers:
            each.start()
            stack.callback(each.kill)
        one, two = (f"{each.host}:{each.port}" for each in servers)
        front = Nginx(folder / "nginx", (one, two), address["front"])
        front.where = network["front"].here
        front.start()
        stack.callback(front.kill)
        made = House(Kind.APART, folder, tokens, servers, postgres, None, cache, front)
        made.network = network
        yield made


def cut(house: House, chance: random.Random, *wires: tuple[str, str]) -> None:
    """Cut wires, each in one direction, and leave them so for a while."""
    _spoil(house, CUT, *wires)
    _leave(house, chance)


def _spoil(house: House, wire: Wire, *wires: tuple[str, str]) -> None:
    for one, other in wires:
        needed(house.network).one_way(one, other, wire)


def _leave(house: House, chance: random.Random) -> None:
    rest(house, chance, LEAST, MOST)
    needed(house.network).mend()


def _asked(house: House) -> tuple[int, str, float]:
    """Ask the first server itself for a number; return status, code and how long (s) it took."""
    caller = Caller(house.servers[0].url, house.tokens["kiosk"], Tally(), ANSWERED)
    began = time.monotonic()
    try:
        status, told = caller.once("POST", "/tickets", b'{"service": "A"}', uuid.uuid4().hex)
    finally:
        caller.close()
    return status, str(told.get("code", "")), time.monotonic() - began


@fault(Kind.APART, parts=SERVERS | DATABASE | REDIS | WIRES)
def database_out_of_reach(house: House, chance: random.Random) -> None:
    """Part one server from the database, both ways; it says so, whoever asks it.

    Raises TimeoutError where it does not answer, and RuntimeError where it says something else.
    """
    _spoil(house, CUT, ("one", "database"), ("database", "one"))
    for _ in range(2):
        status, code, took = _asked(house)
        print(f"parted from the database: {status} {code} after {took:.1f} s", file=sys.stderr)
        if (status, code) != (504, "unavailable"):
            raise RuntimeError(f"parted from the database it says {status} {code}")
    needed(house.network).mend()


@fault(Kind.APART, parts=WIRES)
def database_not_heard(house: House, chance: random.Random) -> None:
    """Let the database hear one server, which does not hear it."""
    cut(house, chance, ("database", "one"))


@fault(Kind.APART, parts=WIRES)
def database_not_told(house: House, chance: random.Random) -> None:
    """Let one server hear the database, which does not hear it."""
    cut(house, chance, ("one", "database"))


@fault(Kind.APART, parts=WIRES)
def redis_out_of_reach(house: House, chance: random.Random) -> None:
    """Part one server from Redis, both ways."""
    cut(house, chance, ("one", "redis"), ("redis", "one"))


@fault(Kind.APART, parts=WIRES)
def redis_not_heard(house: House, chance: random.Random) -> None:
    """Let Redis hear one server, which does not hear it."""
    cut(house, chance, ("redis", "one"))


@fault(Kind.APART, parts=WIRES)
def redis_not_told(house: House, chance: random.Random) -> None:
    """Let one server hear Redis, which does not hear it."""
    cut(house, chance, ("one", "redis"))


@fault(Kind.APART, parts=WIRES)
def server_out_of_reach(house: House, chance: random.Random) -> None:
    """Part nginx from one server, both ways."""
    cut(house, chance, ("front", "one"), ("one", "front"))


@fault(Kind.APART, parts=WIRES)
def server_not_heard(house: House, chance: random.Random) -> None:
    """Let one server hear nginx, which does not hear it."""
    cut(house, chance, ("one", "front"))


@fault(Kind.APART, parts=WIRES)
def server_not_told(house: House, chance: random.Random) -> None:
    """Let nginx hear one server, which does not hear it."""
    cut(house, chance, ("front", "one"))


@fault(Kind.APART, parts=WIRES)
def hall_cut_off(house: House, chance: random.Random) -> None:
    """Part kiosks and counters from nginx, both ways."""
    cut(house, chance, ("hall", "front"), ("front", "hall"))


@fault(Kind.APART, parts=WIRES)
def hall_not_answered(house: House, chance: random.Random) -> None:
    """Let kiosks and counters be heard, and hear nothing back."""
    cut(house, chance, ("front", "hall"))


@fault(Kind.APART, parts=WIRES)
def hall_not_heard(house: House, chance: random.Random) -> None:
    """Let kiosks and counters hear, and not be heard."""
    cut(house, chance, ("hall", "front"))


@fault(Kind.APART, parts=WIRES)
def board_cut_off(house: House, chance: random.Random) -> None:
    """Part the boards from nginx, both ways."""
    cut(house, chance, ("board", "front"), ("front", "board"))


@fault(Kind.APART, parts=WIRES)
def board_not_told(house: House, chance: random.Random) -> None:
    """Let nginx hear the boards, which do not hear it."""
    cut(house, chance, ("front", "board"))


@fault(Kind.APART, parts=WIRES)
def board_not_heard(house: House, chance: random.Random) -> None:
    """Let the boards hear nginx, which does not hear them."""
    cut(house, chance, ("board", "front"))


@fault(Kind.APART, parts=WIRES)
def network_lossy(house: House, chance: random.Random) -> None:
    """Lose three packets of ten on every wire."""
    _spoil(house, Wire(lost=0.3), *permutations(HOSTS, 2))
    _leave(house, chance)


@fault(Kind.APART, parts=WIRES)
def hall_and_boards_far(house: House, chance: random.Random) -> None:
    """Let each packet between nginx and the hall or the boards take half a second."""
    far = [("front", "hall"), ("hall", "front"), ("front", "board"), ("board", "front")]
    _spoil(house, Wire(late=0.5), *far)
    _leave(house, chance)


@fault(Kind.APART, parts=WIRES)
def everything_parted(house: House, chance: random.Random) -> None:
    """Cut every wire for a moment, three times over."""
    for _ in range(3):
        _spoil(house, CUT, *permutations(HOSTS, 2))
        rest(house, chance, 1.0, 3.0)
        needed(house.network).mend()
        time.sleep(1)
