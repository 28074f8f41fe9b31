"""The office's own slip: what its text may do, what it becomes, and what is refused where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.printing.slip import QR, Align, Line, Rule, Size, Space
from kiosk.printing.slip_template import (
    LONGEST,
    PLACES,
    NumberMissing,
    PlaceUnknown,
    TemplateRefused,
    TemplateSyntaxRefused,
    TemplateTooLong,
    check,
    shipped,
)
from tests.kiosk.printing.conftest import make_slip


def refused(text: str) -> tuple[type[TemplateRefused], int]:
    """Return how a text is refused, and at which line."""
    with pytest.raises(TemplateRefused) as caught:
        check(text)
    return caught.type, caught.value.facts["line"]


@pytest.mark.parametrize("locale", ["id", "en"])
def test_the_shipped_texts_are_slips(locale: str) -> None:
    check(shipped(locale))


def test_each_sign_makes_its_line() -> None:
    text = "# {{ number }}\n## KTP\n**Penting**\n> - KTP lama\n---\n\nbiasa\n[qr] Pindai\n[logo]"
    assert make_slip(template=text, label="B007").parts[:-1] == (
        Line("B007", Size.HUGE, bold=True),
        Line("KTP", Size.LARGE, bold=True),
        Line("Penting", bold=True),
        Line("- KTP lama", align=Align.LEFT),
        Rule(),
        Space(),
        Line("biasa"),
        QR("http://192.168.10.20:8080/t/AbCdEfGhIjKlMnOpQrStUv", "Pindai"),
    )


def test_choices_and_the_papers_to_bring_leave_no_empty_lines() -> None:
    text = (
        "# {{ number }}\n{% if priority %}\nPRIORITAS\n{% endif %}\n"
        "{% for paper in bring %}\n> - {{ paper | upper }}\n{% endfor %}\n"
    )
    slip = make_slip(template=text, bring=("KTP", "Kartu Keluarga"))
    assert [each.text for each in slip.parts if isinstance(each, Line)] == [
        "A012",
        "- KTP",
        "- KARTU KELUARGA",
    ]
    assert not any(isinstance(each, Space) for each in slip.parts)


def test_a_name_over_two_lines_stays_in_its_line() -> None:
    assert (
        Line("Dua baris")
        in make_slip(template="# {{ number }}\n{{ office }}", office="Dua\nbaris").parts
    )


@pytest.mark.parametrize(
    ("text", "kind", "line"),
    [
        ("# {{ number }}\n{% if priority %}\nya", TemplateSyntaxRefused, 3),
        ("# {{ number }}\n{{ office", TemplateSyntaxRefused, 2),
        ("# {{ number }}\n\n{{ nomor }}", PlaceUnknown, 3),
        ("# {{ number }}\n{{ paper }}", PlaceUnknown, 2),
        ("{{ number }}", NumberMissing, 1),
        ("{% if priority %}\n# {{ number }}\n{% endif %}", NumberMissing, 1),
        ("# {{ number }}\n" + "x\n" * 80, TemplateTooLong, 82),
        ("# {{ number }}\n" + "x" * LONGEST, TemplateTooLong, 2),
        ("# {{ number }}\n{{ ''.__class__ }}", TemplateRefused, 2),
        ("# {{ number }}\n{% for each in range(9) %}x{% endfor %}", TemplateRefused, 2),
        ("# {{ number }}\n{{ 9 ** 9 ** 9 }}", TemplateRefused, 2),
        ("# {{ number }}\n{{ 'x' * 99999999 }}", TemplateRefused, 2),
        ("# {{ number }}\n{{ office | center(99999999) }}", TemplateRefused, 2),
        ("# {{ number }}\n{% set a = 1 %}", TemplateRefused, 2),
        ("# {{ number }}\n{% include 'kiosk/kiosk.html' %}", TemplateRefused, 2),
        ("# {{ number }}\n{% macro a() %}{{ a() }}{% endmacro %}", TemplateRefused, 2),
        (
            "# {{ number }}\n{% for a in bring %}{% for b in bring %}x{% endfor %}{% endfor %}",
            TemplateRefused,
            2,
        ),
        ("# {{ number }}\n\n{% if usual > 5 %}lama{% endif %}", TemplateRefused, 3),
        ("# {{ number }}\n{% if office > 5 %}lama{% endif %}", TemplateRefused, 2),
    ],
)
def test_a_broken_text_is_refused_with_its_line(
    text: str, kind: type[TemplateRefused], line: int
) -> None:
    assert refused(text) == (kind, line)


def test_a_text_that_fails_after_all_leaves_nobody_without_a_slip(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert make_slip(template="{{ nomor }}").parts == make_slip().parts
    assert "cannot be filled" in caplog.text


_pieces = st.sampled_from(
    [
        *("{{ " + each + " }}" for each in PLACES),
        *("{% if priority %}", "{% else %}", "{% endif %}", "{% for paper in bring %}"),
        *("{% endfor %}", "{{ paper }}", "{{", "%}", "# ", "## ", "**", "> ", "---", "[qr]", "\n"),
        *("{% if ahead > 3 %}", "{{ usual }}", "{{ 1 + 1 }}", "{# ", " #}", "A", "é", "\x1b"),
    ]
)


@given(st.lists(_pieces, max_size=25).map("".join))
def test_whatever_is_written_is_refused_in_words_or_becomes_a_slip(text: str) -> None:
    try:
        check(text)
    except TemplateRefused:
        return
    parts = make_slip(template=text, bring=("KTP",), priority=True).parts
    assert any(isinstance(each, Line) and each.size is Size.HUGE for each in parts)
