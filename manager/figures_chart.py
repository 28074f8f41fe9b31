"""The curve of a day: arrivals as columns, open counters as a line; places on a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT = 640, 250
LEFT, RIGHT, TOP, BOTTOM = 40, 40, 14, 28
#: Median waits in minutes from which a cell of the heat map is a shade darker.
SHADES = (5, 10, 20, 30, 45)


@dataclass(frozen=True)
class Bar:
    """The arrivals of one hour, and how many counters were open."""

    label: str
    x: float
    y: float
    width: float
    height: float
    middle: float
    counters: float


@dataclass(frozen=True)
class Curve:
    """Everything to draw."""

    width: int
    height: int
    left: int
    right: int
    floor: int
    marks: Sequence[tuple[float, int]]
    counter_marks: Sequence[tuple[float, int]]
    bars: Sequence[Bar]

    @property
    def line(self) -> str:
        """The points of the counters' line."""
        return " ".join(f"{each.middle},{each.counters}" for each in self.bars)


def curve(hours: Sequence[dict[str, Any]]) -> Curve | None:
    """Return the curve of an average day's hours, or nothing without any."""
    if not hours:
        return None
    top = step_for(max(each["arrivals_a_day"] or 0 for each in hours))
    most = step_for(max(each["open_counters"] or 0 for each in hours))
    floor = HEIGHT - BOTTOM
    room = (WIDTH - LEFT - RIGHT) / len(hours)

    def y(value: float, highest: int) -> float:
        return round(floor - (floor - TOP) * value / highest, 1)

    bars = []
    for place, each in enumerate(hours):
        arrivals, counters = each["arrivals_a_day"] or 0, each["open_counters"] or 0
        x = round(LEFT + room * place + room * 0.15, 1)
        bars.append(
            Bar(
                f"{each['hour']:02d}.00",
                x,
                y(arrivals, top),
                round(room * 0.7, 1),
                round(floor - y(arrivals, top), 1),
                round(LEFT + room * (place + 0.5), 1),
                y(counters, most),
            )
        )
    return Curve(
        WIDTH,
        HEIGHT,
        LEFT,
        WIDTH - RIGHT,
        floor,
        [(y(top * part / 4, top), round(top * part / 4)) for part in range(5)],
        [(y(most * part / 4, most), round(most * part / 4)) for part in range(5)],
        bars,
    )


def step_for(highest: float) -> int:
    """Return the lowest multiple of four (or forty) that is not below `highest`."""
    size = 40 if highest > 80 else 4
    return max(size, int(-(-highest // size)) * size)


def shade(seconds: int | None) -> int:
    """Return how dark a wait is, 0 to 5."""
    return 0 if seconds is None else sum(seconds >= each * 60 for each in SHADES)
