"""Files as tables of cells: CSV in the encodings and separators offices have, and XLSX."""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = Sequence[object]

#: What openpyxl lets through when a workbook is none, or damaged.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, OSError, SyntaxError),
    *(KeyError, IndexError, AttributeError, TypeError, ValueError),
)
SEPARATORS = (";", ",", "\t", "|")
ZIP, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
#: So many separators in a line make it a row: nine scores have eight between them.
MANY = 8
#: Bytes a workbook may unfold to.
UNFOLDED = 1 << 29
UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class CannotRead(ValueError):
    """A file that is no survey, or one that cannot be trusted; `code` is stable."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@dataclass(frozen=True)
class Table:
    """The cells of a sheet; its first row is the sheet's row 1."""

    rows: Sequence[Row]
    #: Between the cells of a text file.
    separator: str | None = None

    @property
    def swallowed(self) -> int | None:
        """The first row with a cell that, by a quotation mark left open, holds further rows."""
        for number, row in enumerate(self.rows, start=1):
            for cell in row if self.separator else ():
                lines = str(cell).splitlines()[1:]
                if any(line.count(str(self.separator)) >= MANY for line in lines):
                    return number
        return None


def content_of(path: Path) -> bytes:
    """Return what the file holds. Raises CannotRead."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise CannotRead("file_unreadable", f"cannot be read: {error.strerror}") from error


def tables_in(content: bytes) -> list[Table]:
    """Return every way a file can be taken as a table: its sheets, or its likely separators.

    Raises CannotRead.
    """
    if not content.strip():
        raise CannotRead("file_empty", "is empty")
    if content.startswith(ZIP):
        return _sheets(content)
    if content.startswith(OLD_EXCEL):
        raise CannotRead(
            "file_old_excel",
            "is an old or a locked Excel file; save it as .xlsx without a password, or as CSV",
        )
    text = _decoded(content)
    if text.lstrip()[:1] == "<":
        raise CannotRead(
            "file_web_page",
            "is a web page, whatever its name says; open it in a spreadsheet and save it as .xlsx",
        )
    return [Table(_separated(text, separator), separator) for separator in SEPARATORS]


def _decoded(content: bytes) -> str:
    if content.startswith(UTF_16):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content:
        raise CannotRead("file_not_table", "is neither CSV nor XLSX")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def _separated(text: str, separator: str) -> list[Row]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return []


def _sheets(content: bytes) -> list[Table]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > UNFOLDED:
                raise CannotRead("file_too_large", "unfolds to more than a survey can hold")
        with warnings.catch_warnings():
            # of styles and extensions that it leaves out; values are all that is wanted
            warnings.simplefilter("ignore", UserWarning)
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            try:
                return [Table(_cells(sheet)) for sheet in book.worksheets]
            finally:
                book.close()
    except CannotRead:
        raise
    except BROKEN as error:
        raise CannotRead("file_not_table", "is not a workbook that can be opened") from error


def _cells(sheet: Any) -> list[Row]:
    # programs that write sheets often state a wrong extent
    sheet.reset_dimensions()
    return list(sheet.iter_rows(values_only=True))
