"""The queue's figures as tables with headings in the reader's language, for files to print."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from manager.figures_words import channels, left_out, weekdays
from web.languages import day_in, locale


@dataclass(frozen=True)
class Minutes:
    """A time, told in minutes; without one there is nothing to tell."""

    seconds: float | None


@dataclass(frozen=True)
class Share:
    """A part of a whole, from 0 to 1; without a whole there is nothing to tell."""

    part: float | None


Value = str | int | Minutes | Share


@dataclass(frozen=True)
class Table:
    """Rows under headings; the first column names what a row is about."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def tables(report: dict[str, Any], language: str) -> list[Table]:
    """Return the whole period, then each way of looking at it that has anything to show."""
    days = weekdays()
    ways: list[tuple[str, str, list[tuple[str, dict[str, Any]]]]] = [
        (_("All"), _("Period"), [(period(report), report)]),
        (
            _("By service"),
            _("Service"),
            [(f"{each['code']} {named(each, language)}", each) for each in report["by_service"]],
        ),
        (
            _("By hour"),
            _("Hour"),
            [
                (f"{each['hour']:02}.00–{each['hour'] + 1:02}.00", each)
                for each in report["by_hour"]
            ],
        ),
        (
            _("By weekday"),
            _("Weekday"),
            [(days[each["weekday"]], each) for each in report["by_weekday"]],
        ),
        (
            _("By counter"),
            _("Counter"),
            [(str(each["number"]), each) for each in report["by_counter"]],
        ),
        (
            _("By class"),
            _("Class"),
            [(named(each, language), each) for each in report["by_class"]],
        ),
        (
            _("By way of taking"),
            _("Taken at"),
            [(channels()[each["channel"]], each) for each in report["by_channel"]],
        ),
    ]
    found = [
        Table(title, (first, *headings()), tuple((name, *figures(each)) for name, each in rows))
        for title, first, rows in ways
        if rows
    ]
    omitted = left_out(report)
    if omitted:
        found.append(Table(_("In no time"), (_("Why"), _("How many")), tuple(omitted)))
    return found


def headings() -> tuple[str, ...]:
    """Return what the figures of a row are, in the order of `figures`."""
    return (
        _("Tickets"),
        _("Finished"),
        _("Half called within"),
        _("9 in 10 within"),
        _("Within the aim"),
        _("Service, middle"),
        _("Never came"),
        _("Given back"),
        _("Left open"),
    )


def figures(each: dict[str, Any]) -> tuple[Value, ...]:
    """Return the figures of one service, hour, counter ..."""
    return (
        each["tickets"],
        each["finished"],
        Minutes(each["wait"]["median_s"]),
        Minutes(each["wait"]["p90_s"]),
        Share(each["within_target"]),
        Minutes(each["service"]["median_s"]),
        each["no_shows"],
        each["cancelled"],
        each["expired"],
    )


def named(each: dict[str, Any], language: str) -> str:
    """Return a name in the reader's language, else in Indonesian, else the code."""
    names: dict[str, str] = each["names"]
    return names.get(language) or names.get("id") or str(each["code"])


def period(report: dict[str, Any]) -> str:
    """Return the days of the report as they are written."""
    first, last = (date.fromisoformat(report[each]) for each in ("from", "to"))
    days = [day_in(each, "medium", locale()) for each in (first, last)]
    return days[0] if first == last else " – ".join(days)
