"""The queue's figures on paper."""

from collections.abc import Iterable, Sequence

from manager.figures_tables import Minutes, Share, Table, Value
from web.paper import NOTHING, Sheet


def paper(
    office: str,
    title: str,
    subject: str,
    sentences: Sequence[str],
    tables: Iterable[Table],
    language: str,
) -> bytes:
    """Return a PDF: a title, what matters in sentences, and the tables."""
    sheet = Sheet(office, f"{title}, {subject}")
    sheet.words(office, 11, quiet=True)
    sheet.words(title, 20, bold=True)
    sheet.words(subject, 13)
    for each in sentences:
        sheet.ln(2)
        sheet.words(each, 11)
    for table in tables:
        rows = [[written(value, language) for value in each] for each in table.rows]
        sheet.grid(table.title, table.columns, rows)
    return bytes(sheet.output())


def written(value: Value, language: str) -> str:
    """Return a value as it stands in a report on paper."""
    if isinstance(value, Minutes):
        return NOTHING if value.seconds is None else decimal(value.seconds / 60, language)
    if isinstance(value, Share):
        return NOTHING if value.part is None else f"{value.part * 100:.0f} %"
    return str(value)


def decimal(minutes: float, language: str) -> str:
    """Return minutes with one decimal, by the language's comma or point."""
    told = f"{minutes:.1f}"
    return f"{told.replace('.', ',')} mnt" if language == "id" else f"{told} min"
