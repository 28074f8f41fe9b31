"""The slip as a picture: what a printer of that paper would leave on it."""

import io

import pytest
from PIL import Image

from kiosk.printing.escpos_slip import paper_for
from kiosk.printing.picture import MARGIN, slip_picture, slip_png
from kiosk.printing.slip import Align, Cut, Line, Size, Slip
from tests.kiosk.printing.conftest import make_slip


def inked(picture: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around everything that is not white."""
    box = picture.point(lambda light: 255 - light).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("width", [58, 80])
def test_nothing_is_drawn_beyond_the_paper(width: int) -> None:
    paper = paper_for(width=width)
    picture = slip_picture(make_slip(priority=True, bring=("KTP lama " * 9,)), paper)
    left, top, right, bottom = inked(picture)
    assert picture.width == paper.dots + 2 * MARGIN
    assert left >= MARGIN - 1
    assert right <= MARGIN + paper.dots + 1
    assert top >= MARGIN
    assert bottom <= picture.height - MARGIN


def test_narrow_paper_makes_a_longer_slip() -> None:
    slips = [slip_picture(make_slip(), paper_for(width=width)) for width in (58, 80)]
    assert slips[0].height > slips[1].height


def test_a_line_fills_the_columns_it_has_on_paper() -> None:
    paper = paper_for(width=80)
    full = Slip("id", (Line("M" * paper.columns, align=Align.LEFT), Cut()))
    left, top, right, bottom = inked(slip_picture(full, paper))
    assert right - left > paper.dots - 12
    assert bottom - top <= 24
    huge = Slip("id", (Line("M" * 8, Size.HUGE), Cut()))
    left, top, right, bottom = inked(slip_picture(huge, paper))
    assert right - left > paper.dots - 6 * 12
    assert bottom - top > 24


def test_the_code_can_be_told_from_another() -> None:
    paper = paper_for(width=80)
    first, second = (
        slip_png(make_slip(url=f"http://192.168.10.20:8080/t/{token * 22}"), paper)
        for token in "ab"
    )
    assert first != second
    assert Image.open(io.BytesIO(first)).format == "PNG"


def test_the_mark_of_a_reprint_is_on_the_picture() -> None:
    paper = paper_for(width=80)
    plain, marked = (slip_picture(make_slip(reprint=each), paper) for each in (False, True))
    assert marked.height > plain.height
