"""How sure an index is: the interval that a sample of forms leaves around it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from statistics import NormalDist

from surveys.skm.elements import KEYS

Number = int | Fraction

LEVEL = 0.95

#: Student's t at 95 percent for so few degrees of freedom that the expansion does not serve.
FEW = {1: 12.7062, 2: 4.3027, 3: 3.1824}


class Method(Enum):
    """How an interval was found."""

    FORMS = "forms"
    COUNTS = "counts"


@dataclass(frozen=True)
class Interval:
    """Where the index of everybody served would lie, 95 times in 100, had the sample been random.

    From forms it is the mean of the respondents' own indices with Student's t. Counts per element
    do not tell which answers belong together; there it is the widest that they allow, as if
    whoever is pleased with one element were pleased with all.
    """

    low: float
    high: float
    method: Method


def of_sums(
    sums: Sequence[Number], worth: Fraction, population: int | None = None
) -> Interval | None:
    """Return the interval from the sum of each respondent's scores; a point is `worth` so much.

    None where it would say nothing: fewer than two respondents, or all of one mind, from which no
    spread can be judged. With `population` it is narrowed by the share that was asked.
    """
    squares = sum(each * each for each in sums)
    return of_moments(len(sums), sum(sums), squares, worth, population)


def of_moments(
    number: int, whole: Number, squares: Number, worth: Fraction, population: int | None = None
) -> Interval | None:
    """Return the same from the sum of all scores and the sum of the respondents' squared sums."""
    if number < 2:
        return None
    variance = (squares - Fraction(whole) ** 2 / number) / (number - 1)
    return _around(whole, math.sqrt(variance), number, worth, population, Method.FORMS)


def of_parts(
    variances: Sequence[Fraction],
    whole: Number,
    number: int,
    worth: Fraction,
    population: int | None = None,
) -> Interval | None:
    """Return the widest interval when only the `variances` of the parts of a sum are known.

    `whole` is the sum of all scores of all `number` respondents. The deviation of a sum is at most
    the sum of its parts' deviations. None as for `of_sums`.
    """
    if number < 2:
        return None
    deviation = math.fsum(math.sqrt(each) for each in variances)
    return _around(whole, deviation, number, worth, population, Method.COUNTS)


def students_t(degrees: int) -> float:
    """Return the two-sided 95 percent point of Student's t, to some three decimals.

    Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.5.
    """
    if degrees in FEW:
        return FEW[degrees]
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    return (
        z
        + (z**3 + z) / (4 * degrees)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * degrees**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * degrees**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * degrees**4)
    )


def _around(
    whole: Number,
    deviation: float,
    number: int,
    worth: Fraction,
    population: int | None,
    method: Method,
) -> Interval | None:
    if not deviation:
        return None
    half = float(worth) * students_t(number - 1) * deviation / math.sqrt(number)
    if population is not None and population > 1:
        half *= math.sqrt(max(0, population - number) / (population - 1))
    centre = float(worth * whole / number)
    least, most = (float(worth * len(KEYS) * score) for score in (1, 4))
    return Interval(max(least, centre - half), min(most, centre + half), method)
