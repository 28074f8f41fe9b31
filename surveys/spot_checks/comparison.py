"""What people told an inspector beside what the records say: counts, medians, an exact test."""

from collections.abc import Sequence
from fractions import Fraction
from math import comb
from statistics import median

#: Below so many people asked no test is made: a few interviews are no sample.
LEAST = 30


def fisher(one: tuple[int, int], other: tuple[int, int]) -> Fraction:
    """Return the two-sided p-value of Fisher's exact test of two rows of a two by two table.

    The sum of the probabilities, given the margins, of all tables that are no more probable than
    the one found (R. A. Fisher, Statistical Methods for Research Workers, section 21.02). Counts
    are whole, so nothing is rounded.
    """
    (a, b), (c, d) = one, other
    first, second, total = a + b, c + d, a + c
    ways = [
        comb(first, each) * comb(second, total - each)
        for each in range(max(0, total - second), min(first, total) + 1)
    ]
    found = comb(first, a) * comb(second, c)
    return Fraction(sum(each for each in ways if each <= found), sum(ways))


def p_value_of(told: Sequence[int], recorded: Sequence[int] | None) -> Fraction | None:
    """Return the p-value of whether those asked and the terminals differ in the satisfied (3, 4).

    Both are counts of the scores 1 to 4. Nothing where fewer than LEAST were asked or rated.
    """
    if recorded is None or sum(told) < LEAST or sum(recorded) < LEAST:
        return None
    return fisher(_halves(told), _halves(recorded))


def middle(values: Sequence[int]) -> float | None:
    """Return the median, or nothing of nothing."""
    return float(median(values)) if values else None


def _halves(counts: Sequence[int]) -> tuple[int, int]:
    """Return how many were satisfied, and how many were not."""
    return counts[2] + counts[3], counts[0] + counts[1]
