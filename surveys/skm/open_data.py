"""A published period as files: open data as JSON, and sheets whose numbers are numbers. Pure."""

import csv
import io
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from surveys.skm.elements import BY_KEY, KEYS, Words
from surveys.skm.periods import Period
from surveys.skm.respondents import TRAITS, UNSAID
from web.sheets import cell, fit_on_paper

Row = tuple[str | int | Decimal | None, ...]
#: The columns as programs know them, and as people read them.
HEADING = {
    "about": Words("Tentang", "About"),
    "of": Words("Rincian", "Of"),
    "respondents": Words("Responden", "Respondents"),
    "total": Words("Jumlah nilai", "Sum of scores"),
    "nrr": Words("Rata-rata (NRR)", "Mean (NRR)"),
    "weighted": Words("Tertimbang", "Weighted"),
    "index": Words("Indeks", "Index"),
    "grade": Words("Mutu", "Grade"),
    "interval_95_low": Words("Rentang 95%, bawah", "95% interval, low"),
    "interval_95_high": Words("Rentang 95%, atas", "95% interval, high"),
    "finished_visits": Words("Kunjungan selesai", "Finished visits"),
    "answered_percent": Words("Terjawab (%)", "Answered (%)"),
}
#: What a row is about, likewise.
ABOUT = {
    "index": Words("Indeks (IKM)", "Index (IKM)"),
    "element": Words("Unsur", "Element"),
    "drawn": Words("Terpilih acak", "Drawn at random"),
    "volunteered": Words("Sukarela", "Volunteered"),
    "service": Words("Layanan", "Service"),
    "counter": Words("Loket", "Counter"),
    "trend": Words("Tren", "Trend"),
    **{trait.key: trait.name for trait in TRAITS},
}
#: The sheet's columns are so wide, in letters.
WIDTHS = (20, 44, 12, 14, 16, 12, 10, 8, 19, 19, 18, 14)


def data(figures: Mapping[str, Any], at: str, digest: str) -> dict[str, Any]:
    """Return a published period as open data; numbers are numbers of the decimals published."""
    return {
        "title": "Indeks Kepuasan Masyarakat (IKM), PermenPANRB 14/2017",
        "license": "CC0-1.0",
        "published_at": at,
        "answers_sha256": digest,
        **{key: figures[key] for key in ("office", "period", "first", "last", "weight", "grade")},
        "index": float(figures["index"]),
        "respondents": figures["respondents"],
        "forms_left_out": figures["lacking"],
        "finished_visits": figures["population"],
        "sample_wanted": figures["sample_wanted"],
        "interval_95": numbered(figures)["interval"],
        "elements": elements(figures),
        "channels": figures["channels"],
        "invited": figures["invited"],
        **{key: figures[key] and numbered(figures[key]) for key in ("drawn", "volunteered")},
        "respondents_by": {
            trait: {key or "unstated": count for key, count in counts.items()}
            for trait, counts in figures["respondents_by"].items()
        },
        "services": [numbered(each) for each in figures["services"]],
        "trend": [numbered(each) for each in figures["trend"]],
    }


def elements(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what each element came to, in the order of the form; nothing without respondents."""
    return [
        {
            "key": key,
            "name": BY_KEY[key].name.id,
            **{each: float(value) for each, value in figures["elements"][key].items()},
        }
        for key in KEYS
        if key in figures["elements"]
    ]


def numbered(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is told of a group with its index and interval as numbers."""
    interval = told.get("interval")
    return {
        **told,
        "index": None if told["index"] is None else float(told["index"]),
        "interval": interval and [float(each) for each in interval],
    }


def rows(figures: Mapping[str, Any], locale: str) -> Iterator[Row]:
    """Yield the rows of a sheet under `HEADING`: index, elements, respondents, groups, trend."""
    whole = {**figures, "visits": figures["population"]}
    yield _row("index", figures.get("period") or f"{figures['first']}/{figures['last']}", whole)
    for key in KEYS:
        if key in figures["elements"]:
            each = figures["elements"][key]
            yield (
                "element",
                BY_KEY[key].name.of(locale),
                figures["respondents"],
                *(Decimal(each[name]) for name in ("total", "nrr", "weighted")),
                *[None] * 6,
            )
    for trait in TRAITS:
        for key, count in figures.get("respondents_by", {}).get(trait.key, {}).items():
            said = trait.values[key] if key else UNSAID
            yield (trait.key, said.of(locale), count, *[None] * 9)
    for name in ("drawn", "volunteered"):
        if figures[name]:
            yield _row(name, None, figures[name])
    for kind, several in {"service": figures["services"], **figures.get("groups", {})}.items():
        for each in several:
            yield _row(kind, each["name"], each)
    for each in figures["trend"]:
        yield _row("trend", each["period"], each)


def sheet(figures: Mapping[str, Any], locale: str, separator: str) -> bytes:
    """Return a CSV in UTF-8 with its mark, by which Excel knows it."""
    text = io.StringIO(newline="")
    written = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    written.writerow(HEADING)
    for row in rows(figures, locale):
        written.writerow([cell(each, separator) for each in row])
    return text.getvalue().encode("utf-8-sig")


def workbook(figures: Mapping[str, Any], locale: str) -> bytes:
    """Return an Office Open XML workbook in the reader's words.

    Numbers are numbers, and text is never a formula.
    """
    book = Workbook()
    page = book.active
    fit_on_paper(page)
    page.title = figures.get("period") or "SKM"
    page.append([said.of(locale) for said in HEADING.values()])
    for place, (about, of, *values) in enumerate(rows(figures, locale), start=2):
        period = Period.written(str(of)) if about in ("index", "trend") else None
        told = (ABOUT[str(about)].of(locale), period.name(locale) if period else of, *values)
        for column, value in enumerate(told, start=1):
            made = page.cell(row=place, column=column)
            if isinstance(value, str):
                made.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                made.data_type = "s"
                continue
            made.value = value
            if isinstance(value, Decimal):
                decimals = -int(value.as_tuple().exponent)
                made.number_format = f"0.{'0' * decimals}" if decimals > 0 else "0"
    for column, width in zip(page[1], WIDTHS, strict=True):
        column.font = Font(bold=True)
        page.column_dimensions[column.column_letter].width = width
    page.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _row(about: str, of: str | None, told: Mapping[str, Any]) -> Row:
    index, respondents, visits = told["index"], told.get("respondents"), told.get("visits")
    low, high = told.get("interval") or (None, None)
    return (
        about,
        of,
        respondents,
        None,
        None,
        None,
        _number(index),
        told.get("grade"),
        _number(low),
        _number(high),
        visits,
        round(Decimal(100 * min(respondents, visits)) / visits, 1)
        if respondents and visits
        else None,
    )


def _number(told: str | None) -> Decimal | None:
    return None if told is None else Decimal(told)
