"""The queue's figures as CSV that a spreadsheet opens rightly, in Indonesia too. Pure."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from web.sheets import cell

#: The figures of each row, after what it is about.
COLUMNS = (
    "about",
    "of",
    "tickets",
    "finished",
    "no_shows",
    "cancelled",
    "expired",
    "within_target_percent",
    "wait_count",
    "wait_mean_min",
    "wait_median_min",
    "wait_p90_min",
    "first_call_median_min",
    "service_count",
    "service_mean_min",
    "service_median_min",
    "service_p90_min",
)
#: Each list of a report, and what its rows are about.
LISTS = (
    ("by_service", "code"),
    ("by_hour", "hour"),
    ("by_weekday", "weekday"),
    ("by_counter", "number"),
    ("by_class", "code"),
    ("by_channel", "channel"),
)


def sheet(report: dict[str, Any], separator: str) -> bytes:
    """Return the report as CSV in UTF-8 with its mark, by which Excel knows it.

    Semicolons go with decimal commas, commas with decimal points.
    """
    text = io.StringIO(newline="")
    written = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    written.writerow(COLUMNS)
    for row in rows(report):
        written.writerow([cell(each, separator) for each in row])
    return text.getvalue().encode("utf-8-sig")


def rows(report: dict[str, Any]) -> Iterator[list[Any]]:
    """Yield the whole period, then each service, hour, weekday, counter, class and channel."""
    yield _row("all", f"{report['from']}/{report['to']}", report)
    for name, key in LISTS:
        for each in report[name]:
            yield _row(name.removeprefix("by_"), each[key], each)


def _row(about: str, of: object, each: dict[str, Any]) -> list[Any]:
    wait, service = each["wait"], each["service"]
    within = each["within_target"]
    return [
        about,
        of,
        each["tickets"],
        each["finished"],
        each["no_shows"],
        each["cancelled"],
        each["expired"],
        None if within is None else within * 100.0,
        wait["count"],
        _minutes(wait["mean_s"]),
        _minutes(wait["median_s"]),
        _minutes(wait["p90_s"]),
        _minutes(each["wait_first_call"]["median_s"]),
        service["count"],
        _minutes(service["mean_s"]),
        _minutes(service["median_s"]),
        _minutes(service["p90_s"]),
    ]


def _minutes(seconds: int | None) -> float | None:
    return None if seconds is None else seconds / 60
