"""A slip as bytes, read back by a decoder of its own and by a barcode reader."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from kiosk.printing.escpos_slip import (
    Paper,
    ProfileUnknown,
    paper_for,
    printable,
    render,
    render_mark,
    wrapped,
)
from tests.kiosk.printing.conftest import URL, make_slip
from tests.kiosk.printing.roll import Roll, unroll

LONG = "Pencatatan Perkawinan dan Perceraian bagi Penduduk Non-Muslim serta Pengesahan Anak"
PAPERS = [
    paper_for(width=58),
    paper_for(width=80),
    paper_for("TM-T88V"),
    paper_for("RP-F10-58mm"),
    paper_for("TM-U220"),
    paper_for("default"),
]
papers = pytest.mark.parametrize("paper", PAPERS, ids=lambda each: f"{each.profile}")


def printed(paper: Paper, **values: Any) -> Roll:
    """Return the roll with the slip of A012, or as `values` say."""
    return unroll(render(make_slip(**values), paper))


def read_code(picture: Image.Image) -> list[str]:
    """Return what a barcode reader sees."""
    import zxingcpp as reader

    return [each.text for each in reader.read_barcodes(picture)]


@papers
def test_every_line_fits_the_paper(paper: Paper) -> None:
    roll = printed(paper, service=LONG, priority=True, office="Mal Pelayanan Publik " * 4)
    assert max(each.columns for each in roll.lines) <= paper.columns


@papers
def test_a_long_service_name_is_printed_whole(paper: Paper) -> None:
    words = printed(paper, service=LONG).text.split()
    start = words.index("Pencatatan", words.index("A012"))
    assert words[start : start + len(LONG.split())] == LONG.split()


@papers
def test_every_line_is_centred(paper: Paper) -> None:
    for line in printed(paper).lines:
        if line.text.strip():
            blanks = len(line.text) - len(line.text.lstrip())
            assert abs(paper.columns - line.columns - blanks) <= 1


@pytest.mark.parametrize(("width", "columns", "dots"), [(58, 32, 384), (80, 48, 576)])
def test_both_widths_have_their_columns(width: int, columns: int, dots: int) -> None:
    paper = paper_for(width=width)
    assert (paper.columns, paper.dots) == (columns, dots)


def test_narrow_paper_in_a_wide_printer_is_kept_to() -> None:
    assert paper_for("TM-T20II", 58).columns == 32


@papers
def test_the_label_is_printed_huge_and_bold(paper: Paper) -> None:
    label = printed(paper).line("A012")
    assert label.size >= 4
    assert label.bold


def test_a_longer_label_is_printed_smaller_and_in_one_line() -> None:
    assert printed(paper_for(width=58), label="AB1234").line("AB1234").size == 5


def test_a_printer_that_draws_codes_is_given_the_address() -> None:
    roll = printed(paper_for("TM-T20II"))
    assert roll.codes == [URL]
    assert not roll.pictures


@pytest.mark.parametrize("profile", ["POS-5890", "simple", "TH230", "TM-U220"])
def test_a_printer_that_draws_no_codes_gets_a_picture_that_can_be_read(profile: str) -> None:
    paper = paper_for(profile)
    roll = printed(paper)
    assert roll.codes == []
    (picture,) = roll.pictures
    assert picture.width <= paper.dots + 7
    assert read_code(picture) == [URL]


def test_a_printer_without_any_graphics_still_prints_the_number() -> None:
    roll = printed(paper_for("OCD-300"))
    assert not roll.codes
    assert not roll.pictures
    assert roll.line("A012")
    assert "Pindai" not in roll.text


def test_a_failing_native_code_falls_back_to_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_values: object, **_options: object) -> None:
        raise NotImplementedError

    monkeypatch.setattr("escpos.printer.Dummy.qr", fail)
    roll = printed(paper_for("TM-T20II"))
    assert roll.line("A012")
    assert read_code(roll.pictures[0]) == [URL]


def test_when_no_code_can_be_made_the_number_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_values: object, **_options: object) -> None:
        raise ValueError

    monkeypatch.setattr("escpos.printer.Dummy.qr", fail)
    monkeypatch.setattr("escpos.printer.Dummy.image", fail)
    assert printed(paper_for("TM-T20II")).line("A012")


def test_an_address_too_long_for_a_code_leaves_the_number() -> None:
    assert printed(paper_for(width=58), url="http://antrean/" + "x" * 3000).line("A012")


def test_only_a_printer_with_a_knife_is_told_to_cut() -> None:
    assert printed(paper_for("TM-T20II")).cuts == 1
    assert printed(paper_for("POS-5890")).cuts == 0


def test_letters_outside_the_code_page_are_replaced_not_refused() -> None:
    said = "Café \N{EN DASH} “Cetak” Ż 漢 😀 …"
    assert printable(said) == 'Café - "Cetak" Z ? ? ...'
    assert printed(paper_for(width=80), service=said[:14]).line('Café - "Cetak"')


def test_a_name_cannot_smuggle_commands_to_the_printer() -> None:
    roll = printed(paper_for(width=80), service="KTP\x1b@\x1dV\x00\n\x10\x14el")
    assert roll.cuts == 1
    assert roll.line("KTP@ V el")


def test_the_mark_of_a_reprint_can_be_sent_ahead_of_a_slip() -> None:
    paper = paper_for(width=80)
    joined = unroll(render_mark("id", paper) + render(make_slip(), paper))
    assert joined.text == unroll(render(make_slip(reprint=True), paper)).text
    assert joined.text.startswith("*** CETAK ULANG ***")


def test_an_unknown_profile_or_width_is_refused() -> None:
    for profile, width in [("LaserJet", None), ("AF-240", None), ("", 112)]:
        with pytest.raises(ProfileUnknown):
            paper_for(profile, width)


def test_the_printer_library_leaves_the_log_alone() -> None:
    said = subprocess.run(
        [
            sys.executable,
            "-c",
            "import logging; from kiosk.printing.escpos_slip import *; prepare();"
            "render(__import__('kiosk.printing.slip').printing.slip.Slip('id', ()), paper_for());"
            "print(logging.getLogger().handlers)",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.strip() == "[]"


@given(st.text(), st.integers(1, 48))
def test_any_text_becomes_printable_and_fits(text: str, columns: int) -> None:
    printable(text).encode("cp437")
    assert all(len(line) <= columns for line in wrapped(text, columns))
    assert all(byte >= 0x20 for byte in printable(text).encode("cp437"))
