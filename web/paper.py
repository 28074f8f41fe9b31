"""Reports on paper: A4 pages in the letters of the office's pages, with tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from fpdf import FPDF
from fpdf.fonts import FontFace

VENDOR = Path(__file__).parent / "static" / "web" / "vendor"
FONT = "Atkinson Hyperlegible"
INK = (20, 30, 40)
QUIET = (90, 100, 110)
SHADE = (238, 242, 245)
LINE = (200, 206, 212)
MARGIN = 14
#: Millimetres of a page between its margins.
ROOM = 182
#: Millimetres of a table's row, and of the longest table that is not divided between pages.
ROW, SHORT = 6.6, 110
#: What a value that is not there looks like.
NOTHING = "–"


def letters(paper: FPDF) -> None:
    """Let a paper be written in the letters of the office's pages, ordinary and bold."""
    for style, weight in (("", 400), ("B", 700)):
        name = f"atkinson-hyperlegible-latin-{weight}-normal.woff2"
        paper.add_font(FONT, style, VENDOR / name)


class Sheet(FPDF):
    """Pages that tell at their foot which office and period they are of, and their number."""

    def __init__(self, office: str, subject: str) -> None:
        super().__init__(orientation="portrait", unit="mm", format="A4")
        self.subject_line = f"{office} · {subject}"
        letters(self)
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

    def grid(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        first: float = 44,
        others: Literal["LEFT", "RIGHT"] = "RIGHT",
    ) -> None:
        """Draw a table, its first column `first` mm wide; its heading comes again on each page.

        The `others` stand at the right, where numbers do, or at the left, where words do.
        """
        self.ln(4)
        # a short table stays in one piece
        height = 14 + ROW * (1 + len(rows))
        if self.will_page_break(height if height <= SHORT else 28):
            self.add_page()
        self.words(title, 12, bold=True)
        self.ln(1)
        self.set_font(FONT, size=8.5)
        self.set_text_color(*INK)
        self.set_draw_color(*LINE)
        self.set_fill_color(255)
        count = len(columns) - 1
        with self.table(
            col_widths=(first, *[(ROOM - first) / max(count, 1)] * count),
            text_align=("LEFT", *[others] * count),
            borders_layout="HORIZONTAL_LINES",
            headings_style=FontFace(emphasis="BOLD", fill_color=SHADE),
            line_height=4.6,
            padding=(1, 1),
        ) as drawn:
            drawn.row(columns)
            for each in rows:
                drawn.row(each)
