"""Values as they stand in files for spreadsheets: no text is ever a formula."""

from decimal import Decimal
from typing import Any

from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

#: Beginnings that a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def cell(value: Any, separator: str) -> str:
    """Return one value as it stands in a CSV; text never becomes a formula.

    Semicolons go with decimal commas, commas with decimal points.
    """
    if value is None:
        return ""
    if isinstance(value, float | Decimal):
        told = f"{value:.2f}" if isinstance(value, float) else str(value)
        return told.replace(".", ",") if separator == ";" else told
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return str(value)


def fit_on_paper(sheet: Worksheet) -> None:
    """Let a worksheet be printed across A4 paper, as wide as that and as long as it is."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
