"""The slip as a picture: each dot where a printer of that paper puts it.

For the managers' preview and for tests. Characters stand in the grid of a printer's font A, 12
by 24 dots with 6 dots between lines, since that and nothing else decides what fits.
"""

import functools
import io
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

import web
from kiosk.printing.escpos_slip import (
    CHARACTER,
    Paper,
    magnification,
    qr_dots,
    wrapped,
)
from kiosk.printing.logo import logo_dots
from kiosk.printing.slip import QR, Align, Cut, Line, Logo, Part, Rule, Slip, Space

FONTS = Path(web.__file__).parent / "static" / "web" / "vendor"
HEIGHT = 24
SPACING = 6
#: Where letters stand within their 24 dots.
BASELINE = 19
#: At this size a letter of the typeface is as wide as the printer's: 0.6 of it are 12 dots.
POINTS = 20
#: White paper around what is printed: 4 mm at 8 dots per mm.
MARGIN = 32


def slip_picture(slip: Slip, paper: Paper) -> Image.Image:
    """Return `slip` in grey (mode L), as wide as `paper` with its white margins."""
    strips = [strip for part in slip.marked for strip in _strips(part, paper)]
    height = sum(strip.height for strip in strips) + 2 * MARGIN
    page = Image.new("L", (paper.dots + 2 * MARGIN, height), 255)
    top = MARGIN
    for strip in strips:
        page.paste(strip, (MARGIN, top))
        top += strip.height
    return page


def slip_png(slip: Slip, paper: Paper) -> bytes:
    """Return the picture as the bytes of a PNG file."""
    file = io.BytesIO()
    slip_picture(slip, paper).save(file, "PNG", optimize=True)
    return file.getvalue()


def _strips(part: Part, paper: Paper) -> Iterator[Image.Image]:
    match part:
        case Line():
            yield from _text(part, paper)
        case Rule():
            yield from _text(Line("-" * paper.columns), paper)
        case Space():
            yield _blank(paper, part.lines * (HEIGHT + SPACING))
        case Logo():
            dots = logo_dots(part.file, paper.dots)
            if dots is not None:
                yield _in_the_middle(dots, paper)
        case QR():
            try:
                yield _in_the_middle(qr_dots(part.content, paper), paper)
            except ValueError:
                return
            yield from _text(Line(part.caption), paper)
        case Cut():
            return


def _text(line: Line, paper: Paper) -> Iterator[Image.Image]:
    times = magnification(line, paper.columns)
    wide = CHARACTER * times
    font = _font(POINTS * times, line.bold)
    for text in wrapped(line.text, paper.columns // times):
        strip = _blank(paper, max(HEIGHT + SPACING, HEIGHT * times))
        free = paper.columns - len(text) * times
        left = (free // 2) * CHARACTER if line.align is Align.CENTER else 0
        pen = ImageDraw.Draw(strip)
        for place, character in enumerate(text):
            at = (left + place * wide, BASELINE * times)
            pen.text(at, character, fill=0, font=font, anchor="ls")
        yield strip


def _blank(paper: Paper, height: int) -> Image.Image:
    return Image.new("L", (paper.dots, height), 255)


def _in_the_middle(dots: Image.Image, paper: Paper) -> Image.Image:
    strip = _blank(paper, dots.height + SPACING)
    strip.paste(dots, (max((paper.dots - dots.width) // 2, 0), 0))
    return strip


@functools.cache
def _font(size: int, bold: bool) -> ImageFont.FreeTypeFont:
    weight = 700 if bold else 400
    return ImageFont.truetype(FONTS / f"ibm-plex-mono-latin-{weight}-normal.woff2", size)
