"""The office's logo on a slip: as dots, on each paper, and never in the way of the number."""

from pathlib import Path

import pytest
import segno
from PIL import Image, ImageOps

from kiosk.printing.escpos_slip import Paper, paper_for, render
from kiosk.printing.logo import TALLEST, logo_dots
from kiosk.printing.preview import slip_html
from kiosk.printing.slip import Logo
from tests.kiosk.printing.conftest import make_slip
from tests.kiosk.printing.roll import Roll, unroll
from tests.kiosk.printing.test_escpos_slip import read_code

PAPERS = [paper_for(width=58), paper_for(width=80), paper_for("TH230"), paper_for("TM-U220")]


def drawn(folder: Path, picture: Image.Image, name: str = "a.png") -> Logo:
    """Put a picture where logos lie."""
    picture.save(folder / name)
    return Logo(folder / name, f"/logo/{name}")


def printed(logo: Logo, paper: Paper) -> Roll:
    """Return the roll with a slip under this logo, without a code."""
    return unroll(render(make_slip(logo=logo, url=""), paper))


@pytest.mark.parametrize("paper", PAPERS, ids=lambda each: each.profile)
def test_a_logo_is_printed_so_that_what_is_in_it_can_be_read(paper: Paper, tmp_path: Path) -> None:
    segno.make("DUKCAPIL", micro=False).save(
        str(tmp_path / "code.png"), scale=10, border=0, dark="#0a5c36", light=None
    )
    with Image.open(tmp_path / "code.png") as code:
        framed = Image.new("RGBA", (600, 400), (255, 255, 255, 0))
        framed.paste(code.convert("RGBA"), (150, 90))
    roll = printed(drawn(tmp_path, framed), paper)
    (picture,) = roll.pictures
    seen = ImageOps.scale(ImageOps.expand(picture, 20, 255), 4)
    assert read_code(seen) == ["DUKCAPIL"]
    left, _, right, _ = ImageOps.invert(picture).getbbox() or (0, 0, 0, 0)
    assert abs(left + right - paper.dots) <= 16
    assert roll.line("A012")


@pytest.mark.parametrize("size", [(1200, 100), (100, 600), (3, 3)])
def test_a_logo_takes_no_more_than_its_place(size: tuple[int, int], tmp_path: Path) -> None:
    logo = drawn(tmp_path, Image.new("RGB", size, "#802040"))
    dots = logo_dots(logo.file, 384)
    assert dots is not None
    assert dots.width <= 192 and dots.height <= TALLEST
    assert dots.width == 192 or dots.height == TALLEST


def test_colours_become_more_and_less_ink_and_the_darkest_black(tmp_path: Path) -> None:
    flag = Image.new("RGB", (90, 90))
    for number, colour in enumerate(("#303060", "#a08040", "#ffd080")):
        flag.paste(colour, (30 * number, 0, 30 * number + 30, 90))
    dots = logo_dots(drawn(tmp_path, flag).file, 384)
    assert dots is not None and dots.size == (TALLEST, TALLEST)
    stripes = [dots.crop((start, 0, start + 28, TALLEST)) for start in (0, 34, 68)]
    ink = [stripe.histogram()[0] / (28 * TALLEST) for stripe in stripes]
    assert ink[0] > 0.99 > 0.8 > ink[1] > 0.4 > ink[2] > 0.1
    assert {colour for _, colour in dots.getcolors() or []} == {0, 255}


def test_a_logo_that_is_white_lost_or_broken_leaves_the_number(tmp_path: Path) -> None:
    white = drawn(tmp_path, Image.new("RGBA", (50, 50), (255, 255, 255, 90)))
    (tmp_path / "broken.png").write_bytes(b"no picture")
    lost = Logo(tmp_path / "lost.png", "")
    for logo in (white, lost, Logo(tmp_path / "broken.png", "")):
        for paper in (paper_for(width=58), paper_for("OCD-300")):
            roll = printed(logo, paper)
            assert not roll.pictures
            assert roll.line("A012")


def test_the_slip_on_a_page_shows_it_too(tmp_path: Path) -> None:
    logo = drawn(tmp_path, Image.new("RGB", (50, 50), "red"))
    assert '<img class="slip__logo" src="/logo/a.png" alt="">' in slip_html(make_slip(logo=logo))
