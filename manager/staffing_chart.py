"""The chart of visitors expected and counters needed by the half hour, as places on a drawing."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from manager.staffing_shapes import SlotShape

WIDTH, HEIGHT = 640, 330
LEFT, RIGHT = 34, 6
#: Top and floor of the upper drawing (visitors) and of the lower (counters).
CAME = (14, 130)
COUNTERS = (156, 304)
#: Lines across each drawing.
LINES = 4
STEPS = (1, 2, 3, 5, 10, 20, 25, 50, 100, 200, 500, 1000)


@dataclass(frozen=True)
class Mark:
    """A line across a drawing, and what it stands for."""

    y: float
    value: int


@dataclass(frozen=True)
class Column:
    """One half hour: the band of visitors, the counters needed and those provided."""

    #: The hour where it begins, else nothing.
    label: str
    middle: float
    x: float
    width: float
    band_top: float
    band_height: float
    mean: float
    needed_top: float
    needed_height: float
    busy_top: float
    provided: float | None


@dataclass(frozen=True)
class Chart:
    """Everything to draw."""

    width: int
    height: int
    left: int
    right: int
    came_marks: Sequence[Mark]
    counter_marks: Sequence[Mark]
    columns: Sequence[Column]


def _marks(highest: float, place: tuple[int, int]) -> tuple[list[Mark], float]:
    step = next((each for each in STEPS if highest / each <= LINES), STEPS[-1])
    top = step * max(math.ceil(highest / step), 1)
    marks = [Mark(_y(value, top, place), value) for value in range(0, top + 1, step)]
    return marks, top


def _y(value: float, top: float, place: tuple[int, int]) -> float:
    return round(place[1] - (place[1] - place[0]) * value / top, 1)


def drawn(slots: Sequence[SlotShape]) -> Chart:
    """Return the chart of a day's half hours."""
    came_marks, most = _marks(max((each.came.high for each in slots), default=0), CAME)
    counts = [max(each.needed_if_busy, each.provided or 0) for each in slots]
    counter_marks, top = _marks(max(counts, default=0), COUNTERS)
    room = (WIDTH - LEFT - RIGHT) / max(len(slots), 1)
    width = round(room * 0.72, 1)
    columns = []
    for place, each in enumerate(slots):
        middle = LEFT + room * (place + 0.5)
        high, low = _y(each.came.high, most, CAME), _y(each.came.low, most, CAME)
        needed = _y(each.needed, top, COUNTERS)
        columns.append(
            Column(
                label=each.at.replace(":", ".") if each.at.endswith(":00") else "",
                middle=round(middle, 1),
                x=round(middle - width / 2, 1),
                width=width,
                band_top=high,
                band_height=round(low - high, 1),
                mean=_y(min(each.came.mean, most), most, CAME),
                needed_top=needed,
                needed_height=round(COUNTERS[1] - needed, 1),
                busy_top=_y(each.needed_if_busy, top, COUNTERS),
                provided=None if each.provided is None else _y(each.provided, top, COUNTERS),
            )
        )
    return Chart(WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, came_marks, counter_marks, columns)
