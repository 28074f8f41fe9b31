"""The chart of how far from what was told visitors waited, by the hour: places on a drawing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from office.accuracy import Accuracy

WIDTH, HEIGHT = 640, 290
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 14, 28
#: Minutes between two lines across the drawing: the first that needs few enough lines.
STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 240)
LINES = 7
#: Width of a column.
WIDEST = 40.0


@dataclass(frozen=True)
class Mark:
    """A line across the drawing, and how many minutes it stands for."""

    y: float
    value: int


@dataclass(frozen=True)
class Column:
    """Where eight in ten of an hour's visitors are, and the middle of them."""

    label: str
    middle: float
    x: float
    width: float
    top: float
    height: float
    median: float


@dataclass(frozen=True)
class Chart:
    """Everything to draw."""

    width: int
    height: int
    left: int
    right: int
    zero: float
    marks: Sequence[Mark]
    columns: Sequence[Column]


def marks_between(lowest: float, highest: float) -> list[int]:
    """Return evenly spaced round values around nothing, from `lowest` or below to `highest`."""
    lowest, highest = min(lowest, 0.0), max(highest, 0.0)
    step = next((each for each in STEPS if (highest - lowest) / each <= LINES), STEPS[-1])
    first, last = int(lowest // step), -int(-highest // step)
    return [step * each for each in range(first, max(last, first + 1) + 1)]


def by_hour(hours: Mapping[int, Accuracy]) -> Chart | None:
    """Return the chart of the hours with enough promises, or nothing if there is none."""
    shown = {
        hour: (each.error_p10_s, each.bias_s, each.error_p90_s)
        for hour, each in hours.items()
        if each.enough
    }
    minutes = {hour: tuple((each or 0) / 60 for each in errors) for hour, errors in shown.items()}
    if not minutes:
        return None
    values = marks_between(
        min(each[0] for each in minutes.values()), max(each[2] for each in minutes.values())
    )
    floor, reach = HEIGHT - BOTTOM, values[-1] - values[0]

    def y(value: float) -> float:
        return round(floor - (floor - TOP) * (value - values[0]) / reach, 1)

    room = (WIDTH - LEFT - RIGHT) / len(minutes)
    width = round(min(room * 0.6, WIDEST), 1)
    columns = []
    for place, (hour, (low, usual, high)) in enumerate(minutes.items()):
        middle = round(LEFT + room * (place + 0.5), 1)
        x = round(middle - width / 2, 1)
        top, height = y(high), round(y(low) - y(high), 1)
        columns.append(Column(f"{hour:02d}.00", middle, x, width, top, height, y(usual)))
    marks = [Mark(y(value), value) for value in values]
    return Chart(WIDTH, HEIGHT, LEFT, WIDTH - RIGHT, y(0.0), marks, columns)
