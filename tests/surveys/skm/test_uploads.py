"""Files of answers: looked at, then taken over once, and nothing of them when they are none."""

from datetime import date

import pytest
from sqlalchemy import select

from surveys.skm import uploads
from surveys.skm.forms import SkmForm
from surveys.skm.respondents import age_band
from tests.houses import Staffed
from tests.office.observing import refused

FILE = """Tanggal;Jenis Kelamin;Umur;Pendidikan;Pekerjaan;U1;U2;U3;U4;U5;U6;U7;U8;U9
2026-11-02;L;34;SMA;Karyawan Swasta;4;4;4;4;4;4;4;4;4
03/11/2026;Perempuan;17 tahun;S1;PNS;3;3;3;3;3;3;3;3;3
;;;;;4;3;4;4;4;4;;4;4
2026-11-03;P;60;;;4;3;4;5;4;4;4;4;4
Jumlah;;;;;15;13;15;16;15;15;11;15;15
"""


def put(staffed: Staffed, content: str = FILE, day: date = date(2026, 11, 20)) -> str:
    """Send a file to be looked at; return the fingerprint of its content."""
    return str(
        staffed.in_turn(
            lambda work, office: (
                uploads.put(
                    work,
                    office,
                    staffed.actors["manager"],
                    staffed.clock.now(),
                    "skm.csv",
                    content.encode(),
                    None,
                    day,
                ).digest
            )
        )
    )


def take_over(staffed: Staffed, digest: str) -> tuple[int, int]:
    """Take a file over."""
    found: tuple[int, int] = staffed.in_turn(
        lambda work, office: uploads.take_over(
            work,
            office,
            staffed.actors["manager"],
            staffed.clock.now(),
            uploads.upload_with(work, office.id, digest),
        )
    )
    return found


def test_a_file_is_looked_at_row_by_row() -> None:
    look = uploads.looked_at(FILE.encode())
    assert len(look.forms) == 4
    assert [each.row for each in look.left_out] == [4, 5, 6]
    assert look.with_day == 3
    assert look.traits == {"sex": 3, "age": 3, "education": 2, "occupation": 2}


def test_a_file_is_taken_over_once(staffed: Staffed) -> None:
    digest = put(staffed)
    assert take_over(staffed, digest) == (2, 2)
    rows = staffed.read(
        lambda work, office: [
            (each.day.day, each.filled, each.sex, each.age, each.education, each.occupation)
            for each in work.session.scalars(
                select(SkmForm).where(SkmForm.office_id == office.id).order_by(SkmForm.id)
            )
        ]
    )
    assert rows == [
        (2, True, "male", "30_39", "sma", "swasta"),
        (3, True, "female", "under_20", "s1", "pns"),
        (20, False, None, None, None, None),
        (3, False, "female", "from_60", None, None),
    ]
    with refused(staffed, "upload_unknown"):
        take_over(staffed, digest)
    with refused(staffed, "survey_file_kept"):
        put(staffed)


def test_a_file_that_was_not_taken_over_makes_room_for_the_next(staffed: Staffed) -> None:
    first = put(staffed)
    second = put(staffed, FILE.replace("34", "43"))
    with refused(staffed, "upload_unknown"):
        take_over(staffed, first)
    assert take_over(staffed, second) == (2, 2)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "file_empty"),
        ("a;b\n1;2\n", "elements_missing"),
        ("unsur;4;3;2;1\nU1;1;0;0;0\nU2;1;0;0;0\nU3;1;0;0;0\n", "counts_only"),
        ("x" * (uploads.LARGEST_FILE + 1), "file_too_large"),
    ],
)
def test_what_holds_no_forms_is_refused(content: str, reason: str) -> None:
    with pytest.raises(uploads.FileRefused) as error:
        uploads.looked_at(content.encode())
    assert error.value.facts["reason"] == reason


def test_every_age_is_in_one_band() -> None:
    bands = [age_band(years) for years in (1, 19, 20, 29, 30, 59, 60, 99)]
    assert bands == [*["under_20"] * 2, *["20_29"] * 2, "30_39", "50_59", *["from_60"] * 2]
