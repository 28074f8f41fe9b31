"""Files in the shapes offices have them: separators, encodings, orders, sheets, and faults."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from random import Random

import pytest
from openpyxl import Workbook

from surveys.skm.elements import ELEMENTS, KEYS
from surveys.skm.index import Reason, Weight, of_forms
from surveys.skm.reading import Forms, Remark, Tally, read
from surveys.skm.sheets import CannotRead

CODES = [each.code for each in ELEMENTS]
#: Three respondents who differ everywhere, so that no column can be taken for another.
ANSWERS = [[4, 4, 4, 4, 3, 3, 2, 2, 1], [4, 4, 4, 3, 3, 2, 2, 1, 1], [4, 4, 3, 3, 2, 2, 1, 1, 1]]
MEANS = dict(zip(KEYS, (12, 12, 11, 10, 8, 7, 5, 4, 3), strict=True))

Written = Callable[..., Path]
Rows = Sequence[Sequence[object]]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write rows as text."""

    def write(rows: Rows, separator: str = ",", encoding: str = "utf-8") -> Path:
        path = tmp_path / "survey.csv"
        lines = [separator.join("" if each is None else str(each) for each in row) for row in rows]
        path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
        return path

    return write


@pytest.fixture
def book(tmp_path: Path) -> Written:
    """Write sheets of rows as a workbook."""

    def write(*sheets: Rows) -> Path:
        path = tmp_path / "survey.xlsx"
        workbook = Workbook()
        workbook.remove(workbook.worksheets[0])
        for rows in sheets:
            sheet = workbook.create_sheet()
            for row in rows:
                sheet.append(list(row))
        workbook.save(path)
        return path

    return write


def totals(path: Path) -> dict[str, int]:
    """Return what the elements come to, of a file all of whose forms count."""
    survey = read(path)
    index = survey.index(Weight.EXACT)
    assert not index.left_out
    return {key: int(score.total) for key, score in index.elements.items()}


def remarks(path: Path) -> dict[Remark, str]:
    return {each.remark: each.heading for each in read(path).remarks}


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(CannotRead) as refused:
        read(path)
    return refused.value.code, str(refused.value)


# Text


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
def test_every_separator_and_encoding_is_read(
    written: Written, separator: str, encoding: str
) -> None:
    rows = [["Nama", *CODES], *(["José", *row] for row in ANSWERS)]
    assert totals(written(rows, separator, encoding)) == MEANS


def test_decimal_commas_between_semicolons_are_read(written: Written) -> None:
    rows = [CODES, *([f"{score},0" for score in row] for row in ANSWERS)]
    assert totals(written(rows, ";")) == MEANS


def test_decimal_commas_in_quotation_marks_are_read(written: Written) -> None:
    rows = [CODES, *([f'"{score},00"' for score in row] for row in ANSWERS)]
    assert totals(written(rows, ",")) == MEANS


def test_words_are_read_as_their_scores(written: Written) -> None:
    rows: Rows = [
        [f'"{each.question.id}"' for each in ELEMENTS],
        *(
            [each.answers[score - 1].id for each, score in zip(ELEMENTS, row, strict=True)]
            for row in ANSWERS
        ),
    ]
    assert totals(written(rows)) == MEANS


def test_a_report_that_swaps_the_last_two_is_read_by_name(written: Written) -> None:
    heading = [each.name.id.replace(",", "") for each in ELEMENTS]
    heading[7:] = heading[8], heading[7]
    rows = [heading, *([*row[:7], row[8], row[7]] for row in ANSWERS)]
    assert totals(written(rows)) == MEANS


def test_names_go_before_numbers_and_it_is_said(written: Written) -> None:
    heading = [*CODES[:7], "u8_penanganan_pengaduan", "u9_sarana_prasarana"]
    path = written([heading, *([*row[:7], row[8], row[7]] for row in ANSWERS)])
    assert totals(path) == MEANS
    assert Remark.NAME_BEFORE_NUMBER in remarks(path)
    assert Remark.BY_NUMBER not in remarks(path)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_columns_does_not_matter_and_others_are_ignored(
    written: Written, seed: int
) -> None:
    heading: list[object] = ["No", "Usia", "Jenis Layanan", "Saran", *CODES, "Waktu Input"]
    rows: Rows = [
        [at, 30 + at, "KTP", "lebih cepat", *row, "08:15"] for at, row in enumerate(ANSWERS, 1)
    ]
    order = list(range(len(heading)))
    Random(seed).shuffle(order)
    table: Rows = [heading, *rows]
    assert totals(written([[row[at] for at in order] for row in table])) == MEANS


def test_numbers_alone_are_taken_in_the_order_of_the_form_and_it_is_said(written: Written) -> None:
    assert Remark.BY_NUMBER in remarks(written([CODES, *ANSWERS]))


def test_a_tenth_item_is_left_aside_and_it_is_said(written: Written) -> None:
    path = written([[*CODES, "U10"], *([*row, 1] for row in ANSWERS)])
    assert totals(path) == MEANS
    assert remarks(path)[Remark.ANOTHER_ITEM] == "U10"


def test_the_fourteen_elements_of_2004_are_refused(written: Written) -> None:
    code, sentence = refusal(written([[f"U{at}" for at in range(1, 15)], [3] * 14]))
    assert code == "other_survey"
    assert "U11" in sentence


def test_several_questions_of_an_element_are_averaged(written: Written) -> None:
    path = written([["U1.1", "U1.2", *CODES[1:]], [4, 1, *[4] * 8]])
    survey = read(path)
    assert survey.index(Weight.EXACT).elements["persyaratan"].nrr == 2.5
    assert [each.key for each in survey.remarks if each.remark is Remark.SEVERAL] == ["persyaratan"]


def test_a_column_of_hours_named_like_an_element_is_left_aside(written: Written) -> None:
    path = written([["Waktu", *CODES], *(["08:15", *row] for row in ANSWERS)])
    assert totals(path) == MEANS
    assert remarks(path)[Remark.NOT_ANSWERS] == "Waktu"


def test_a_form_is_left_out_whole_with_its_row_and_why(written: Written) -> None:
    rows: Rows = [
        ["LAPORAN SURVEI"],
        [],
        ["No", *CODES],
        [1, *[4] * 9],
        [2, *[4] * 8, None],
        [3, *[4] * 8, "-"],
        [4, *[4] * 8, "NULL"],
        [5, *[4] * 8, 5],
        [6, *[4] * 8, "3.5"],
        [7],
        [],
        [8, *[4] * 8],
        ["Jumlah", *[4] * 9],
    ]
    index = read(written(rows)).index(Weight.EXACT)
    assert (index.respondents, str(index.value)) == (1, "100.00")
    assert [(each.row, each.reason, len(each.keys)) for each in index.left_out] == [
        (5, Reason.LACKING, 1),
        (6, Reason.LACKING, 1),
        (7, Reason.LACKING, 1),
        (8, Reason.NOT_A_SCORE, 1),
        (9, Reason.NOT_A_SCORE, 1),
        (10, Reason.LACKING, 9),
        (12, Reason.LACKING, 1),
        (13, Reason.NOT_A_FORM, 0),
    ]


def test_a_file_without_a_column_for_an_element_has_no_filled_form(written: Written) -> None:
    path = written([CODES[:8], *(row[:8] for row in ANSWERS)])
    index = read(path).index(Weight.EXACT)
    assert (index.respondents, index.value, len(index.left_out)) == (0, None, 3)
    assert {each.keys for each in index.left_out} == {("pengaduan",)}
    assert Remark.NO_COLUMN in remarks(path)


def test_a_heading_alone_is_a_survey_of_nobody(written: Written) -> None:
    survey = read(written([CODES]))
    assert isinstance(survey, Forms)
    assert of_forms(survey.forms).value is None


# Counts


COUNTS = [["element", "n4", "n3", "n2", "n1", "total", "n"]] + [
    [code, row.count(4), row.count(3), row.count(2), row.count(1), sum(row), 3]
    for code, row in zip(CODES, map(list, zip(*ANSWERS, strict=True)), strict=True)
]


@pytest.mark.parametrize(
    "heading",
    [
        ["n4", "n3", "n2", "n1"],
        ["4", "3", "2", "1"],
        ["Skor 4", "Skor 3", "Skor 2", "Skor 1"],
        ["Jumlah nilai 4", "Jumlah nilai 3", "Jumlah nilai 2", "Jumlah nilai 1"],
        ["Sangat baik", "Baik", "Kurang baik", "Tidak baik"],
    ],
)
def test_counts_per_element_are_read(written: Written, heading: list[str]) -> None:
    path = written([["Unsur", *heading, "total", "n"], *COUNTS[1:], ["Jumlah", 9, 9, 9, 9]])
    assert isinstance(read(path), Tally)
    assert totals(path) == MEANS


def test_counts_are_read_in_any_order_with_names_before_numbers(written: Written) -> None:
    last: Rows = [
        ["U8", "Penanganan pengaduan", *reversed(COUNTS[9][1:5])],
        ["U9", "Sarana", *reversed(COUNTS[8][1:5])],
    ]
    rows: Rows = [
        ["kode", "unsur", "n1", "n2", "n3", "n4"],
        *last,
        *([row[0], "", *reversed(row[1:5])] for row in reversed(COUNTS[1:8])),
    ]
    assert totals(written(rows, ";")) == MEANS


def test_an_empty_count_is_nought_and_a_tenth_item_is_left_aside(written: Written) -> None:
    rows = [[each or "" for each in row] for row in COUNTS]
    path = written([*rows, ["U10", 3, "", "-", ""]])
    assert totals(path) == MEANS
    assert remarks(path)[Remark.ANOTHER_ITEM] == "U10"


@pytest.mark.parametrize("wrong", ["-1", "2,5", "tiga"])
def test_a_wrong_count_is_told_with_its_row_and_column(written: Written, wrong: str) -> None:
    rows = [list(row) for row in COUNTS]
    rows[3][2] = wrong
    code, sentence = refusal(written(rows, ";"))
    assert code == "count_wrong"
    assert 'row 4, column "n3"' in sentence and wrong in sentence


def test_counts_of_nothing_that_is_named_are_told_with_their_row(written: Written) -> None:
    assert refusal(written([*COUNTS, ["Keamanan", 1, 1, 1, 0]])) == (
        "counts_nameless",
        "row 11 has counts, but names no element",
    )


# Workbooks


def test_a_workbook_is_read_whatever_stands_above_and_beside(book: Written) -> None:
    rows: Rows = [
        ["PENGOLAHAN SURVEI KEPUASAN MASYARAKAT"],
        [],
        ["NO. RESP", "NILAI UNSUR PELAYANAN"],
        [None, *CODES, "KET."],
        *([at, *map(float, row)] for at, row in enumerate(ANSWERS, 1)),
    ]
    assert totals(book([["Petunjuk"], ["Isi lembar kedua"]], rows)) == MEANS


def test_a_workbook_of_names_and_words_is_read(book: Written) -> None:
    rows: Rows = [
        ["Timestamp", *(each.name.id for each in reversed(ELEMENTS))],
        *(
            [
                datetime(2026, 1, 5, 9, 30),
                *(
                    each.answers[score - 1].id
                    for each, score in reversed(list(zip(ELEMENTS, row, strict=True)))
                ),
            ]
            for row in ANSWERS
        ),
    ]
    assert totals(book(rows)) == MEANS


def test_a_workbook_of_counts_is_read(book: Written) -> None:
    assert totals(book(COUNTS)) == MEANS
    assert totals(book([["unsur", 4, 3, 2, 1], *(row[:5] for row in COUNTS[1:])])) == MEANS


def test_rows_of_a_workbook_are_told_by_their_number_in_it(book: Written) -> None:
    rows: Rows = [[], ["No", *CODES], [], [1, *[4] * 9], [], [2, *[4] * 8, datetime(2026, 1, 4)]]
    index = read(book(rows)).index(Weight.EXACT)
    assert [each.row for each in index.left_out] == [6]


# What is no survey


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b" \r\n", "file_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "file_old_excel"),
        (b"PK\x03\x04 and no more", "file_not_table"),
        (b"\x89PNG\r\n\x1a\n\0\0", "file_not_table"),
        (b"<html><table><tr><td>U1</td></tr></table>", "file_web_page"),
        (b"nama,umur\r\nSiti,30\r\n", "elements_missing"),
    ],
)
def test_what_is_no_survey_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    assert refusal(path)[0] == code


def test_a_file_that_is_gone_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "gone.csv")[0] == "file_unreadable"


def test_a_damaged_workbook_is_refused(book: Written) -> None:
    path = book([CODES, *ANSWERS])
    whole = path.read_bytes()
    for cut in range(200, len(whole), 97):
        path.write_bytes(whole[:cut] + bytes(40) + whole[cut + 40 :])
        try:
            read(path)
        except CannotRead:
            continue


def test_a_quotation_mark_left_open_is_told_with_its_row(written: Written) -> None:
    path = written(
        [
            ["Saran", *CODES],
            *(['"baik', *row] if at == 1 else ["", *row] for at, row in enumerate(ANSWERS)),
        ]
    )
    assert refusal(path) == ("quote_open", "row 3 opens a quotation mark and never ends it")
