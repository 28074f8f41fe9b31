"""Faults of the disk: full, slow, or failing; SQLite's own or PostgreSQL's."""

import random
import time

from tools.faults.breaking import AMISS, DATABASE, ROOM, fault, needed, rest
from tools.faults.house import House, Kind
from tools.faults.programs import await_answer

#: Seconds that a disk stays as it should not be.
LEAST, MOST = 4.0, 6.0
FRAIL = (Kind.FRAIL, Kind.FRAIL_MANY)


def _bring_up(house: House) -> None:
    """Start PostgreSQL if the disk has ended it, as systemd does."""
    postgres = house.postgres
    if postgres is None:
        return
    end = time.monotonic() + 5
    while postgres.process is not None and postgres.process.poll() is None:
        if postgres.answers():
            return
        if time.monotonic() > end:
            await_answer("PostgreSQL", postgres.answers)
            return
        time.sleep(0.05)
    postgres.start()


@fault(*FRAIL, parts=ROOM | DATABASE)
def disk_full(house: House, chance: random.Random) -> None:
    """Fill the disk to the last byte, and make room again."""
    frail = needed(house.frail)
    frail.fill()
    rest(house, chance, LEAST, MOST)
    frail.empty()
    _bring_up(house)


@fault(*FRAIL, parts=ROOM | DATABASE)
def disk_fills(house: House, chance: random.Random) -> None:
    """Leave room for a few transactions more, so that one of them is the last."""
    frail = needed(house.frail)
    frail.fill(left=chance.randrange(8, 64) * 4096)
    rest(house, chance, LEAST, MOST)
    frail.empty()
    _bring_up(house)


@fault(*FRAIL, parts=AMISS)
def disk_slow(house: House, chance: random.Random) -> None:
    """Let each sync take 0.2 s, as a worn SD card does."""
    needed(house.frail).amiss.say(late_ms=200)
    rest(house, chance, LEAST, MOST)
    needed(house.frail).amiss.say()


@fault(*FRAIL, parts=AMISS)
def disk_very_slow(house: House, chance: random.Random) -> None:
    """Let each sync take 2 s."""
    needed(house.frail).amiss.say(late_ms=2000)
    rest(house, chance, LEAST * 2, MOST * 2)
    needed(house.frail).amiss.say()


@fault(*FRAIL, parts=AMISS | DATABASE)
def disk_failing(house: House, chance: random.Random) -> None:
    """Let each sync fail; PostgreSQL gives up at the first one and is started anew."""
    needed(house.frail).amiss.say(failing=True)
    rest(house, chance, 1.0, 2.0)
    needed(house.frail).amiss.say()
    if house.postgres is not None:
        # it may also wait for its own parts for ever, so whoever looks after it ends all of it
        house.postgres.kill()
        house.postgres.start()
