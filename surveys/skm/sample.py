"""How many respondents a survey should have: Krejcie and Morgan, as PermenPANRB 14/2017 has it."""

from fractions import Fraction

#: Chi-squared of one degree of freedom at 95 percent, as the formula prints it.
CHI_SQUARED = Fraction(3841, 1000)
#: P and Q, the shares that make the sample largest.
SHARE = Fraction(1, 2)
#: d, the error allowed.
ERROR = Fraction(5, 100)


def sample_size(population: int) -> int:
    """Return how many of `population` finished visits to ask; none of none.

    S = 3.841 N P Q / (d2 (N - 1) + 3.841 P Q), rounded to the nearest whole: that gives the
    regulation's whole table, rounding up does not. After Krejcie and Morgan, "Determining sample
    size for research activities" (1970). Raises ValueError if `population` is below nought.
    """
    if population < 0:
        raise ValueError(f"a population of {population}")
    if population == 0:
        return 0
    spread = CHI_SQUARED * SHARE * (1 - SHARE)
    wanted = population * spread / (ERROR**2 * (population - 1) + spread)
    return int(wanted + Fraction(1, 2))
