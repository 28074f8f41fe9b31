"""The public notice of a published period as a poster, A4 or A3, and as a picture."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal
from flask_babel import gettext as _
from fpdf import FPDF

from surveys.skm.index import Grade
from surveys.skm.periods import Period
from surveys.skm.respondents import EDUCATION, SEX, UNSAID
from surveys.skm.words import called, decimal
from web.languages import day_in
from web.paper import FONT, INK, QUIET, SHADE, letters

BRAND, PAPER = (8, 54, 66), (255, 255, 255)
#: Millimetres of the smaller sheet, and how much larger the sheets are than it.
WIDTH, HEIGHT = 210, 297
SIZES = {"a4": 1.0, "a3": 2**0.5}
#: Dots for each inch of an A4 sheet's picture.
DOTS = 200
#: Seconds in which a picture is made, or else given up.
PATIENCE = 30


class Poster(FPDF):
    """One upright sheet, drawn in the millimetres of an A4 sheet whatever its size."""

    def __init__(self, size: str) -> None:
        self.large = SIZES[size]
        super().__init__("portrait", "mm", (WIDTH * self.large, HEIGHT * self.large))
        letters(self)
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.add_page()

    def line_of(
        self,
        text: str,
        y: float,
        points: float,
        *,
        x: float = 20,
        width: float = WIDTH - 40,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        align: str = "C",
    ) -> None:
        """Write a line at `y`, smaller where it would not fit into `width`."""
        self.set_font(FONT, "B" if bold else "", points * self.large)
        needed = self.get_string_width(text)
        if needed > width * self.large:
            self.set_font_size(points * self.large * width * self.large / needed)
        self.set_text_color(*colour)
        self.set_xy(x * self.large, y * self.large)
        self.cell(width * self.large, points * 0.4 * self.large, text, align=align)

    def box(
        self, x: float, y: float, width: float, height: float, radius: float, style: str = "D"
    ) -> None:
        """Draw a box with round corners."""
        k = self.large
        self.rect(
            *(x * k, y * k, width * k, height * k),
            style=style,
            round_corners=True,
            corner_radius=radius * k,
        )


def poster(
    office: str, logo: Path | None, figures: Mapping[str, Any], size: str, locale: str
) -> bytes:
    """Return the notice as a PDF of the size "a4" or "a3", in the language of the request."""
    sheet = Poster(size)
    period = Period.written(figures["period"])
    name = period.name(locale) if period else figures["period"]
    sheet.set_title(f"{_('Public satisfaction index')}, {name}")
    sheet.set_author(office)
    sheet.set_lang(locale)
    sheet.set_draw_color(*BRAND)
    sheet.set_line_width(1.4 * sheet.large)
    sheet.box(9, 9, WIDTH - 18, HEIGHT - 18, 5)
    if logo is not None:
        x, y, width, height = (each * sheet.large for each in (WIDTH / 2 - 30, 15, 60, 22))
        sheet.image(logo, x, y, width, height, keep_aspect_ratio=True)
    top = 32 if logo is None else 41
    sheet.line_of(office, top, 22, bold=True)
    sheet.line_of(_("Public satisfaction index"), top + 13, 34, bold=True, colour=BRAND)
    sheet.line_of(name, top + 29, 20)
    sheet.line_of(decimal(Decimal(figures["index"]), locale), 82, 150, bold=True, colour=BRAND)
    _grades(sheet, figures["grade"])
    _people(sheet, figures, locale)
    sheet.line_of(
        _("Thank you for your judgement: it helps us serve you better."), 256, 15, bold=True
    )
    weight = "1/9" if figures["weight"] == "exact" else figures["weight"]
    for y, said in (
        (267, _("Of all services of this office.")),
        (
            272,
            _("Computed by PermenPANRB 14/2017; weight of an element: %(weight)s.", weight=weight),
        ),
    ):
        sheet.line_of(said, y, 9.5, colour=QUIET)
    return bytes(sheet.output())


def picture(pdf: bytes) -> bytes:
    """Return the first page of a PDF as a PNG, made by a process of its own.

    Raises subprocess.SubprocessError where that fails.
    """
    return subprocess.run(
        [sys.executable, "-m", "surveys.skm.picture", str(DOTS)],
        input=pdf,
        capture_output=True,
        check=True,
        timeout=PATIENCE,
    ).stdout


def _grades(sheet: Poster, grade: str) -> None:
    """Write the grade, and where it stands among the four."""
    sheet.set_fill_color(*BRAND)
    sheet.box(45, 146, WIDTH - 90, 19, 9, style="F")
    sheet.line_of(f"{grade} · {called(grade)}", 148.5, 34, bold=True, colour=PAPER)
    for place, each in enumerate(reversed(Grade)):
        x = 30 + place * 38
        own = each.name == grade
        sheet.set_fill_color(*(BRAND if own else SHADE))
        sheet.box(x, 171, 36, 7, 1.5, style="F")
        sheet.line_of(
            f"{each.name} · {called(each.name)}",
            172.4,
            10,
            x=x + 1,
            width=34,
            bold=own,
            colour=PAPER if own else INK,
        )


def _people(sheet: Poster, figures: Mapping[str, Any], locale: str) -> None:
    """Write who answered, and when."""
    sheet.line_of(_("Respondents"), 188, 12, x=22, width=48, colour=QUIET, align="L")
    sheet.line_of(
        _whole(figures["respondents"], locale), 195, 44, x=22, width=48, bold=True, align="L"
    )
    first, last = (
        day_in(date.fromisoformat(figures[key]), "long", locale) for key in ("first", "last")
    )
    sheet.line_of(_("Period"), 222, 12, x=22, width=48, colour=QUIET, align="L")
    sheet.line_of(f"{first} –", 228, 12, x=22, width=48, bold=True, align="L")
    sheet.line_of(last, 234, 12, x=22, width=48, bold=True, align="L")
    for trait, x, room in ((SEX, 76, 30), (EDUCATION, 128, 48)):
        sheet.line_of(trait.name.of(locale), 188, 12, x=x, width=room, colour=QUIET, align="L")
        y = 195.0
        for key, count in figures["respondents_by"][trait.key].items():
            if count:
                said = (trait.values[key] if key else UNSAID).of(locale)
                sheet.line_of(said, y, 13, x=x, width=room, align="L")
                sheet.line_of(
                    _whole(count, locale), y, 13, x=x + room, width=14, bold=True, align="R"
                )
                y += 6.6


def _whole(count: int, locale: str) -> str:
    return str(format_decimal(count, locale=locale))
