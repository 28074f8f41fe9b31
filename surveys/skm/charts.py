"""Charts of the index: places on drawings that templates and papers make."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from surveys.skm.elements import BY_KEY
from surveys.skm.index import Grade, Index, half_up
from surveys.skm.results import Step

WIDTH, BAR, NAMES = 640, 30, 280
HEIGHT, LEFT, RIGHT, TOP, FLOOR = 260, 44, 16, 16, 222
#: The index at the foot of a trend.
LOWEST = 25


@dataclass(frozen=True)
class Bar:
    """One element: its mean from 1 to 4."""

    name: str
    value: Decimal
    y: int
    width: float


@dataclass(frozen=True)
class Point:
    """The index of one period; without a place where there is none."""

    name: str
    value: Decimal | None
    x: float
    y: float | None


def bars(index: Index, keys: Sequence[str], locale: str) -> list[Bar]:
    """Return the bars of the elements, in the order of `keys`."""
    room = WIDTH - NAMES - 60
    return [
        Bar(
            BY_KEY[key].name.of(locale),
            half_up(index.elements[key].nrr, 2),
            place * BAR,
            round(float(index.elements[key].nrr) / 4 * room, 1),
        )
        for place, key in enumerate(keys)
    ]


def points(trend: Sequence[Step], locale: str) -> list[Point]:
    """Return the places of a trend's periods."""
    room = (WIDTH - LEFT - RIGHT) / max(1, len(trend))
    return [
        Point(
            step.period.name(locale),
            step.value,
            round(LEFT + room * (place + 0.5), 1),
            None if step.value is None else height_of(float(step.value)),
        )
        for place, step in enumerate(trend)
    ]


def line(places: Sequence[Point]) -> list[str]:
    """Return the stretches of a trend's line; periods without an index part them."""
    stretches: list[list[str]] = [[]]
    for each in places:
        if each.y is None:
            stretches.append([])
        else:
            stretches[-1].append(f"{each.x},{each.y}")
    return [" ".join(each) for each in stretches if len(each) > 1]


def bounds() -> list[tuple[str, float, str]]:
    """Return from which index on each grade holds: its letter, its height, the index."""
    return [
        (each.name, height_of(float(each.least)), f"{each.least:.2f}")
        for each in Grade
        if each.least > LOWEST
    ]


def height_of(index: float) -> float:
    """Return how far down an index lies."""
    return round(FLOOR - (FLOOR - TOP) * (max(index, LOWEST) - LOWEST) / (100 - LOWEST), 1)
