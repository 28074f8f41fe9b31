"""The faults: each breaks something at a house in use, waits, and mends it; a registry by name.

Another module adds its own by the same decorator, and is named in MODULES.
"""

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from tools.faults.house import House, Kind
from tools.faults.programs import FAST, IMMEDIATE, await_answer, children_of

#: The modules that hold faults.
MODULES = (
    "tools.faults.breaking",
    "tools.faults.networks",
    "tools.faults.disks",
    "tools.faults.clocks",
)

#: What can be broken; the last three are those of hosts apart and of a frail machine.
PARTS = ("servers", "database", "redis", "wires", "room", "amiss")
SERVERS, DATABASE, REDIS, WIRES, ROOM, AMISS = (frozenset({each}) for each in PARTS)

#: Breaks a house and mends it; `chance` decides what is left open, such as which process.
Break = Callable[[House, random.Random], None]

ALL = (Kind.ONE, Kind.MANY, Kind.WAITED, Kind.FOLLOWED)
SEVERAL = (Kind.MANY, Kind.WAITED, Kind.FOLLOWED)


@dataclass(frozen=True)
class Fault:
    """One fault."""

    name: str
    act: Break
    #: Where it can be done.
    kinds: tuple[Kind, ...]
    #: How often it is one of those of a random schedule: once where most are twenty times.
    share: int = 20
    #: What is broken: two faults of a schedule may overlap where they have none in common.
    parts: frozenset[str] = SERVERS | DATABASE | REDIS
    #: Whether the set-up promises nothing else: it is made to show what is lost then.
    loses: bool = False
    #: How often each request is sent meanwhile, at once.
    copies: int = 1
    #: Seconds between two visitors of a kiosk.
    pace: float = 0.08


Part = TypeVar("Part")

FAULTS: dict[str, Fault] = {}


def fault(*kinds: Kind, **more: Any) -> Callable[[Break], Break]:
    """Register a fault under the name of its function, whose first line says what is done."""

    def register(act: Break) -> Break:
        FAULTS[act.__name__] = Fault(act.__name__, act, kinds, **more)
        return act

    return register


def faults() -> dict[str, Fault]:
    """Return all faults by name."""
    for module in MODULES:
        import_module(module)
    return FAULTS


def needed(part: Part | None) -> Part:
    """Return a part of the house that a fault is about. Raises RuntimeError where it has none."""
    if part is None:
        raise RuntimeError("this house has no such part")
    return part


def rest(house: House, chance: random.Random, least: float = 0.1, most: float = 0.8) -> None:
    """Leave it broken for a while, which where the house is in haste is a share of the usual."""
    seconds = chance.uniform(least, most)
    time.sleep(max(seconds * house.haste, min(seconds, 1.0)))


@fault(*ALL, parts=SERVERS)
def server_killed(house: House, chance: random.Random) -> None:
    """Kill a server process with SIGKILL, and start it again."""
    server = chance.choice(house.servers)
    server.kill()
    rest(house, chance)
    server.start()


@fault(*ALL, parts=SERVERS)
def server_restarted(house: House, chance: random.Random) -> None:
    """Restart a server process, as by an upgrade."""
    server = chance.choice(house.servers)
    server.end()
    server.start()


@fault(*ALL, parts=SERVERS)
def server_frozen(house: House, chance: random.Random) -> None:
    """Freeze a server process for a while."""
    server = chance.choice(house.servers)
    server.freeze()
    rest(house, chance)
    server.thaw()


@fault(*SEVERAL, parts=DATABASE)
def database_killed(house: House, chance: random.Random) -> None:
    """Kill PostgreSQL, all of it, with SIGKILL, and start it again."""
    postgres = needed(house.postgres)
    postgres.kill()
    rest(house, chance)
    postgres.start()


@fault(*SEVERAL, parts=DATABASE)
def database_part_killed(house: House, chance: random.Random) -> None:
    """Kill one of PostgreSQL's processes with SIGKILL, whereupon it restarts itself."""
    postgres = needed(house.postgres)
    os.kill(chance.choice(children_of(postgres.pid)), signal.SIGKILL)
    rest(house, chance)
    await_answer("PostgreSQL", postgres.answers)


@fault(*SEVERAL, parts=DATABASE)
def database_restarted(house: House, chance: random.Random) -> None:
    """Restart PostgreSQL, its clients sent away (fast)."""
    postgres = needed(house.postgres)
    postgres.end(FAST)
    postgres.start()


@fault(*SEVERAL, parts=DATABASE)
def database_stopped_at_once(house: House, chance: random.Random) -> None:
    """Stop PostgreSQL at once (immediate), and start it again."""
    postgres = needed(house.postgres)
    postgres.end(IMMEDIATE)
    postgres.start()


@fault(*SEVERAL, parts=REDIS)
def redis_killed(house: House, chance: random.Random) -> None:
    """Kill Redis with SIGKILL, and start it again."""
    redis = needed(house.redis)
    redis.kill()
    rest(house, chance)
    redis.start()


@fault(*SEVERAL, parts=REDIS)
def redis_frozen(house: House, chance: random.Random) -> None:
    """Freeze Redis for a while."""
    redis = needed(house.redis)
    redis.freeze()
    rest(house, chance)
    redis.thaw()


@fault(Kind.MANY, parts=REDIS, share=2, pace=4.0)
def redis_away(house: House, chance: random.Random) -> None:
    """Kill Redis with SIGKILL, and start it again a minute later."""
    redis = needed(house.redis)
    redis.kill()
    rest(house, chance, 60, 60)
    redis.start()
    rest(house, chance, 10, 10)


@fault(Kind.WAITED, parts=DATABASE)
def failed_over(house: House, chance: random.Random) -> None:
    """Kill PostgreSQL with SIGKILL for good, promote its standby, and give that one a standby."""
    lost, found = needed(house.postgres), needed(house.standby)
    lost.kill()
    # whoever looks after it, or a program such as Patroni, needs a moment to be sure
    rest(house, chance)
    found.promote()
    await_answer("the promoted standby", found.is_written_to)
    house.postgres, house.standby = found, None
    folder = lost.folder.with_name(f"{lost.folder.name}-")
    house.standby = found.standby(folder, lost.host, lost.within, lost.port)
    house.extra.append(house.standby)
    if house.kind is Kind.WAITED:
        found.wait_for_standby("*")


@fault(Kind.FOLLOWED, parts=DATABASE, share=0, loses=True)
def failed_over_unwaited(house: House, chance: random.Random) -> None:
    """Do the same where no commit waits for the standby, which has been cut off just before."""
    needed(house.standby).cut_from_upstream()
    rest(house, chance)
    failed_over(house, chance)


@fault(*ALL)
def power_cut(house: House, chance: random.Random) -> None:
    """Kill everything at once with SIGKILL, and start it again."""
    parts = [each for each in (house.postgres, house.standby, house.redis) if each]
    for part in (*house.servers, *parts):
        part.kill()
    rest(house, chance)
    for part in parts:
        part.start()
    for server in house.servers:
        server.start()


@fault(Kind.ONE, Kind.MANY, parts=SERVERS, copies=3)
def sent_three_times(house: House, chance: random.Random) -> None:
    """Deliver each request three times at once, and kill a server process meanwhile."""
    server_killed(house, chance)
