"""The queue's figures on paper: A4 pages, in the letters of the office's pages."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from fpdf import FPDF
from fpdf.fonts import FontFace

import web
from manager.figures_tables import Minutes, Share, Table, Value

VENDOR = Path(web.__file__).parent / "static" / "web" / "vendor"
FONT = "Atkinson Hyperlegible"
INK = (20, 30, 40)
QUIET = (90, 100, 110)
SHADE = (238, 242, 245)
MARGIN = 14
#: What a value that is not there looks like.
NOTHING = "–"


class Sheet(FPDF):
    """Pages that tell at their foot which office and period they are of, and their number."""

    def __init__(self, office: str, subject: str) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self.subject_line = f"{office} · {subject}"
        for style, weight in (("", 400), ("B", 700)):
            name = f"atkinson-hyperlegible-latin-{weight}-normal.woff2"
            self.add_font(FONT, style, VENDOR / name)
        self.set_title(subject)
        self.set_author(office)
        self.set_margin(MARGIN)
        self.set_auto_page_break(True, margin=18)
        self.add_page()

    def footer(self) -> None:
        """Draw the foot of a page; called by the library."""
        self.set_y(-12)
        self.set_font(FONT, size=8)
        self.set_text_color(*QUIET)
        self.cell(text=self.subject_line)
        self.cell(0, text=f"{self.page_no()} / {{nb}}", align="R")

    def words(self, text: str, size: float, *, bold: bool = False, quiet: bool = False) -> None:
        """Write a paragraph over the whole width."""
        self.set_font(FONT, "B" if bold else "", size)
        self.set_text_color(*(QUIET if quiet else INK))
        self.multi_cell(0, size * 0.5, text, new_x="LMARGIN", new_y="NEXT", align="L")

    def grid(self, table: Table, language: str) -> None:
        """Draw a table; its heading comes again on each page it goes on to."""
        self.ln(4)
        if self.will_page_break(28):
            self.add_page()
        self.words(table.title, 12, bold=True)
        self.ln(1)
        self.set_font(FONT, size=8.5)
        self.set_text_color(*INK)
        self.set_draw_color(200, 206, 212)
        others = len(table.columns) - 1
        with self.table(
            col_widths=(44, *[138 / max(others, 1)] * others),
            text_align=("LEFT", *["RIGHT"] * others),
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="BOLD", fill_color=SHADE),
            line_height=4.6,
            padding=(1, 1),
        ) as drawn:
            drawn.row(table.columns)
            for each in table.rows:
                drawn.row([written(value, language) for value in each])


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
        sheet.grid(table, language)
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
