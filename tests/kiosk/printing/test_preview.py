"""The slip as a piece of a page."""

from kiosk.printing.preview import slip_html
from tests.kiosk.printing.conftest import make_slip


def test_the_page_says_what_the_paper_says() -> None:
    page = slip_html(make_slip(priority=True))
    for text in ("A012", "Perekaman KTP-el", "PRIORITAS", "14 orang", "10.05 WITA", "Pindai"):
        assert text in page
    assert 'lang="id"' in page
    assert "slip__line--huge" in page
    assert "<svg" in page


def test_a_reprint_is_marked_on_the_page_too() -> None:
    assert "CETAK ULANG" in slip_html(make_slip(reprint=True))


def test_a_name_is_shown_literally_and_nothing_is_inline() -> None:
    page = slip_html(make_slip(service="<img src=x onerror=alert(1)>"))
    assert "<img" not in page
    assert "&lt;img" in page
    assert "style=" not in page
    assert "<script" not in page
