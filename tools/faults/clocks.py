"""Faults of the server's clock: set ahead, set back, over midnight, and wrong from the start."""

import random
from datetime import UTC, datetime

from tools.faults.breaking import AMISS, SERVERS, fault, needed, rest
from tools.faults.house import House, Kind

HOUR, DAY = 3600, 86400
#: No server is started meanwhile, but where that is the fault: it would enter the other day.
PARTS = AMISS | SERVERS
#: Where a clock without a battery begins.
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


def _set(house: House, chance: random.Random, ahead: int) -> None:
    """Set the clock of all servers, and later right again."""
    needed(house.frail).amiss.say(ahead=ahead)
    rest(house, chance, 3.0, 5.0)
    needed(house.frail).amiss.say()


@fault(Kind.FRAIL, Kind.FRAIL_MANY, parts=PARTS)
def clock_an_hour_ahead(house: House, chance: random.Random) -> None:
    """Set the clock an hour ahead."""
    _set(house, chance, HOUR)


@fault(Kind.FRAIL, Kind.FRAIL_MANY, parts=PARTS)
def clock_an_hour_back(house: House, chance: random.Random) -> None:
    """Set the clock an hour back."""
    _set(house, chance, -HOUR)


@fault(Kind.FRAIL, Kind.FRAIL_MANY, parts=PARTS)
def clock_to_tomorrow(house: House, chance: random.Random) -> None:
    """Set the clock a day ahead, so over midnight."""
    _set(house, chance, DAY)


@fault(Kind.FRAIL, Kind.FRAIL_MANY, parts=PARTS)
def clock_to_yesterday(house: House, chance: random.Random) -> None:
    """Set the clock a day back."""
    _set(house, chance, -DAY)


@fault(Kind.FRAIL, parts=PARTS)
def clock_without_battery(house: House, chance: random.Random) -> None:
    """Cut the power; the machine starts in the year 2000 and learns the time a moment later."""
    server = house.servers[0]
    server.kill()
    now = datetime.now(UTC)
    needed(house.frail).amiss.say(ahead=int((BEGINNING - now).total_seconds()))
    server.start()
    rest(house, chance, 3.0, 5.0)
    needed(house.frail).amiss.say()
