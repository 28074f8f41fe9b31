"""The periods that surveys are told for: months, quarters, semesters and years, nothing between."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from babel.dates import format_date

ROMAN = ("I", "II", "III", "IV")
#: Of which a period can be written.
FIRST_YEAR = 2000
WRITTEN = re.compile(r"(2\d{3})(?:-(?:Q([1-4])|S([12])|(0[1-9]|1[0-2])))?")


class Span(IntEnum):
    """How many months a period has."""

    MONTH = 1
    QUARTER = 3
    SEMESTER = 6
    YEAR = 12


@dataclass(frozen=True, order=True)
class Period:
    """One period of a calendar year."""

    year: int
    span: Span
    #: Within the year, from 1.
    number: int

    @classmethod
    def written(cls, key: str) -> "Period | None":
        """Return the period that is written 2026, 2026-S1, 2026-Q3 or 2026-09."""
        found = WRITTEN.fullmatch(key)
        if found is None:
            return None
        year, quarter, semester, month = found.groups()
        if quarter:
            return cls(int(year), Span.QUARTER, int(quarter))
        if semester:
            return cls(int(year), Span.SEMESTER, int(semester))
        return cls(int(year), Span.MONTH, int(month)) if month else cls(int(year), Span.YEAR, 1)

    @classmethod
    def around(cls, span: Span, day: date) -> "Period":
        """Return the period of a span that a day lies in."""
        return cls(day.year, span, (day.month - 1) // span + 1)

    @classmethod
    def of(cls, first: date, last: date) -> "Period | None":
        """Return the period that begins and ends on these days, if there is one."""
        if first.year < FIRST_YEAR:
            return None
        several = (cls.around(span, first) for span in Span)
        return next((each for each in several if (each.first, each.last) == (first, last)), None)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, (self.number - 1) * self.span + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        month = self.number * self.span
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def before(self) -> "Period":
        """The period of the same span before."""
        return Period.around(self.span, self.first - timedelta(days=1))

    @property
    def after(self) -> "Period":
        """The period of the same span that follows."""
        return Period.around(self.span, self.last + timedelta(days=1))

    @property
    def months(self) -> "list[Period]":
        """Its months."""
        begin = (self.number - 1) * self.span
        return [Period(self.year, Span.MONTH, begin + place + 1) for place in range(self.span)]

    @property
    def key(self) -> str:
        """The period as it is written in addresses."""
        return {
            Span.YEAR: f"{self.year}",
            Span.SEMESTER: f"{self.year}-S{self.number}",
            Span.QUARTER: f"{self.year}-Q{self.number}",
            Span.MONTH: f"{self.year}-{self.number:02d}",
        }[self.span]

    def name(self, locale: str) -> str:
        """Return what a period is called."""
        if self.span is Span.MONTH:
            return format_date(self.first, "LLLL y", locale)
        said = {
            Span.YEAR: ("Tahun", "Year"),
            Span.SEMESTER: ("Semester", "Semester"),
            Span.QUARTER: ("Triwulan", "Quarter"),
        }[self.span][locale == "en"]
        number = "" if self.span is Span.YEAR else f" {ROMAN[self.number - 1]}"
        return f"{said}{number} {self.year}"


def lately(today: date, months: int = 24) -> dict[Span, list[Period]]:
    """Return the periods of the last months by span, the longest spans and newest periods first."""
    found = {}
    for span in sorted(Span, reverse=True):
        period = Period.around(span, today)
        found[span] = [period]
        for _ in range(months // span - 1):
            period = period.before
            found[span].append(period)
    return found
