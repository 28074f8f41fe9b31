"""What stands on a slip, before any printer is known."""

from datetime import UTC, datetime

import pytest

from kiosk.printing.slip import QR, Cut, Line, Size, Slip
from kiosk.printing.words import ENGLISH, INDONESIAN, words_in
from tests.kiosk.printing.conftest import URL, make_slip


def texts(slip: Slip) -> list[str]:
    """Return the lines of the slip."""
    return [part.text for part in slip.marked if isinstance(part, Line)]


def test_a_slip_says_all_that_a_visitor_needs_in_indonesian() -> None:
    assert texts(make_slip()) == [
        "Dinas Kependudukan dan Pencatatan Sipil",
        "NOMOR ANTREAN",
        "A012",
        "Perekaman KTP-el",
        "14 orang di depan Anda",
        "Lama tunggu: biasanya 25 menit, 9 dari 10 orang kurang dari 50 menit",
        "Silakan menunggu hingga nomor Anda dipanggil.",
        "Kamis, 26 November 2026",
        "Diambil pukul 10.05 WITA",
    ]


def test_a_slip_is_in_english_for_who_chose_it() -> None:
    slip = make_slip(locale="en", ahead_count=1)
    assert texts(slip)[1:] == [
        "QUEUE NUMBER",
        "A012",
        "Perekaman KTP-el",
        "1 person ahead of you",
        "Wait: usually 25 minutes, under 50 for 9 in 10",
        "Please wait until your number is called.",
        "Thursday, 26 November 2026",
        "Taken at 10:05 WITA",
    ]


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Jakarta", "Diambil pukul 00.30 WIB"),
        ("Asia/Makassar", "Diambil pukul 01.30 WITA"),
        ("Asia/Jayapura", "Diambil pukul 02.30 WIT"),
    ],
)
def test_day_and_time_are_the_offices_own(zone: str, said: str) -> None:
    slip = make_slip(taken_at=datetime(2026, 11, 25, 17, 30, tzinfo=UTC), timezone=zone)
    assert texts(slip)[-2:] == ["Kamis, 26 November 2026", said]


def test_the_label_is_as_large_as_it_goes() -> None:
    assert Line("A012", Size.HUGE, bold=True) in make_slip().parts


def test_priority_is_one_neutral_mark() -> None:
    assert "PRIORITAS" in texts(make_slip(priority=True))
    assert "PRIORITY" in texts(make_slip(priority=True, locale="en"))
    assert "PRIORITAS" not in texts(make_slip())


def test_nobody_ahead_is_said_in_words() -> None:
    assert "Tidak ada antrean di depan Anda" in texts(make_slip(ahead_count=0))


def test_who_does_not_wait_any_more_is_told_no_place_and_not_to_wait() -> None:
    for locale, said in (("id", "di depan Anda|Silakan menunggu"), ("en", "ahead of you|Please")):
        told = texts(make_slip(waiting=False, ahead_count=0, median_s=None, locale=locale))
        assert not any(each in line for each in said.split("|") for line in told)
        assert "A012" in told


def test_an_unknown_wait_is_left_out() -> None:
    assert not any("tunggu:" in each for each in texts(make_slip(median_s=None)))


def test_the_code_leads_to_the_ticket_and_goes_with_its_words() -> None:
    assert QR(URL, "Pindai untuk memantau antrean dari ponsel") in make_slip().parts
    assert not any(isinstance(part, QR) for part in make_slip(url="").parts)


def test_a_reprint_is_marked_above_everything_and_keeps_its_number() -> None:
    said = texts(make_slip(reprint=True))
    assert said[0] == "*** CETAK ULANG ***"
    assert said[1:] == texts(make_slip())
    assert texts(make_slip(reprint=True, locale="en"))[0] == "*** REPRINT ***"


def test_a_rehearsal_says_that_the_number_is_not_valid() -> None:
    assert INDONESIAN.rehearsal in texts(make_slip(rehearsal=True))


def test_a_slip_ends_with_a_cut() -> None:
    assert isinstance(make_slip().parts[-1], Cut)


def test_another_language_falls_back_to_indonesian() -> None:
    assert words_in("en-GB") is ENGLISH
    assert words_in("sas") is INDONESIAN
