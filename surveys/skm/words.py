"""What the survey's numbers, grades and weights are called in the language of the request."""

from decimal import Decimal

from babel.numbers import format_decimal
from flask_babel import gettext as _

from surveys.skm.index import Weight
from surveys.skm.periods import Span


def decimal(value: Decimal | None, locale: str) -> str:
    """Return a number with the decimals it has, or a dash."""
    if value is None:
        return "–"
    places = max(0, -int(value.as_tuple().exponent))
    return str(format_decimal(value, f"0.{'0' * places}" if places else "0", locale=locale))


def called(grade: str) -> str:
    """Return what the regulation calls a grade."""
    return str(
        {"A": _("Very good"), "B": _("Good"), "C": _("Less good"), "D": _("Not good")}[grade]
    )


def weights() -> dict[str, str]:
    """Return what the weights are called."""
    return {
        Weight.EXACT.value: _("1/9 exactly (25.00 to 100.00)"),
        Weight.THREE_PLACES.value: _("0.111 (24.98 to 99.90)"),
        Weight.TWO_PLACES.value: _("0.11 (24.75 to 99.00)"),
    }


def spans() -> dict[Span, str]:
    """Return what the spans of periods are called, of several."""
    return {
        Span.YEAR: _("Years"),
        Span.SEMESTER: _("Semesters"),
        Span.QUARTER: _("Quarters"),
        Span.MONTH: _("Months"),
    }
