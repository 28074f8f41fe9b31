"""The queue's figures as a workbook: a sheet for each way of looking at them."""

import io
from collections.abc import Iterable

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from manager.figures_tables import Minutes, Share, Table, Value
from web.sheets import fit_on_paper

#: Letters that may not stand in the name of a sheet, and the most that may.
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))
LONGEST = 31


def workbook(tables: Iterable[Table], notes: Iterable[str]) -> bytes:
    """Return an Office Open XML workbook; `notes` stand under the first table.

    Times are numbers of minutes and shares are percentages, so that they can be counted on; text
    is never a formula.
    """
    book = Workbook()
    book.remove(book.active)
    for table in tables:
        sheet = book.create_sheet(table.title.translate(FORBIDDEN)[:LONGEST])
        fit_on_paper(sheet)
        _fill(sheet, table)
    if book.worksheets:
        first = book.worksheets[0]
        for place, note in enumerate(notes, start=first.max_row + 2):
            _put(first, place, 1, note)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _fill(sheet: Worksheet, table: Table) -> None:
    for column, heading in enumerate(table.columns, start=1):
        cell = sheet.cell(row=1, column=column, value=heading)
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        wide = max((len(str(row[0])) for row in table.rows), default=0) if column == 1 else 0
        sheet.column_dimensions[get_column_letter(column)].width = min(max(14, wide + 2), 60)
    for place, row in enumerate(table.rows, start=2):
        for column, value in enumerate(row, start=1):
            _put(sheet, place, column, value)
    sheet.freeze_panes = "B2"


def _put(sheet: Worksheet, row: int, column: int, value: Value) -> None:
    cell = sheet.cell(row=row, column=column)
    if isinstance(value, Minutes):
        cell.value = None if value.seconds is None else round(value.seconds / 60, 2)
        cell.number_format = '0.0 "min"'
    elif isinstance(value, Share):
        cell.value = value.part
        cell.number_format = "0 %"
    else:
        cell.value = value
        if isinstance(value, str):
            cell.data_type = "s"
