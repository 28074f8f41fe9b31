"""The command's answers, its statuses, and what it says when there is nothing to compute."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.command import main
from surveys.skm.elements import ELEMENTS, KEYS

CODES = [each.code for each in ELEMENTS]

QUARTER = """element,n4,n3,n2,n1
U1,18,11,0,0
U2,14,15,0,0
U3,15,12,2,0
U4,29,0,0,0
U5,15,14,0,0
U6,18,11,0,0
U7,19,10,0,0
U8,18,11,0,0
U9,28,1,0,0
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "survey.csv"
    path.write_text(QUARTER)
    return path


def said(*arguments: str | Path) -> tuple[int, str]:
    """Run `antrean skm` and return its status and all it printed."""
    result = CliRunner().invoke(main, ["skm", *map(str, arguments)])
    return result.exit_code, result.output


def told(*arguments: str | Path) -> dict[str, Any]:
    """Run `antrean skm --json` and return what it printed."""
    status, output = said(*arguments, "--json")
    assert status == 0
    found: dict[str, Any] = json.loads(output)
    return found


def forms(path: Path, *rows: list[Any]) -> Path:
    """Write a file of forms."""
    path.write_text("\n".join(",".join(map(str, row)) for row in [CODES, *rows]))
    return path


@pytest.mark.parametrize(("weight", "index"), [("exact", 91.48), ("0.111", 91.38), ("0.11", 90.56)])
def test_the_published_quarter_is_told_by_each_weight(
    file: Path, weight: str, index: float
) -> None:
    found = told(file, "--weight", weight)
    assert (found["index"], found["grade"], found["quality"]) == (index, "A", "Sangat baik")
    assert (found["respondents"], found["weight"], found["left_out"]) == (29, weight, [])


def test_json_tells_every_element(file: Path) -> None:
    elements = told(file)["elements"]
    assert list(elements) == list(KEYS)
    assert elements["waktu"] == {
        "code": "U3",
        "name": "Waktu penyelesaian",
        "total": 100,
        "nrr": 3.4483,
        "weighted": 0.3831,
    }
    assert [each["nrr"] for each in elements.values()] == [
        *(3.6207, 3.4828, 3.4483, 4, 3.5172, 3.6207, 3.6552, 3.6207, 3.9655)
    ]


def test_text_tells_every_element_the_index_and_its_grade(file: Path) -> None:
    status, output = said(file)
    assert status == 0
    assert "Respondents: 29" in output
    assert "exact (1/9)" in output
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert "U3 Waktu penyelesaian 100 3.4483 0.3831" in lines
    assert "U4 Biaya/tarif 116 4.0000 0.4444" in lines
    assert "IKM 91.48 A (Sangat baik)" in lines


def test_what_is_left_out_is_listed_with_its_row(file: Path) -> None:
    path = forms(file, [4] * 9, [4] * 8, [*[4] * 8, 5], [3, "baguss", *[4] * 7])
    found = told(path)
    assert (found["respondents"], found["index"]) == (1, 100)
    assert found["left_out"] == [
        {"row": 3, "reason": "no answer to Penanganan pengaduan, saran, dan masukan"},
        {
            "row": 4,
            "reason": '"5" is not a score from 1 to 4 of Penanganan pengaduan, saran, dan masukan',
        },
        {
            "row": 5,
            "reason": '"baguss" is not a score from 1 to 4 of Sistem, mekanisme, dan prosedur',
        },
    ]
    output = said(path)[1]
    assert "forms left out: 3" in output
    assert "row 3: no answer to Penanganan pengaduan" in output


@pytest.mark.parametrize("rows", [[], [[""] * 9 + ["x"]], [[4] * 8]])
def test_no_data_is_no_index_and_no_failure(file: Path, rows: list[list[Any]]) -> None:
    path = forms(file, *rows)
    found = told(path)
    assert (found["respondents"], found["index"], found["grade"]) == (0, None, None)
    assert (found["elements"], found["interval"]) == ({}, None)
    assert len(found["left_out"]) == len(rows)
    status, output = said(path)
    assert (status, "No data: " in output) == (0, True)


def test_all_threes_are_said_to_be_a_c(file: Path) -> None:
    path = forms(file, [3] * 9, [3] * 9)
    assert (told(path)["index"], told(path)["grade"]) == (75, "C")
    assert "everybody answered 3" in " ".join(told(path)["notes"])
    assert "75.00, C (Kurang baik)" in said(path)[1]


def test_a_grade_that_hangs_on_the_weight_is_said_to(file: Path) -> None:
    questions = [(56, 44)] * 5 + [(55, 45)] * 3 + [(56, 44)]
    rows = [
        f"{code},{four},{three},0,0" for code, (four, three) in zip(CODES, questions, strict=True)
    ]
    file.write_text("\n".join(["unsur,n4,n3,n2,n1", *rows]))
    grades = [told(file, "--weight", each)["grade"] for each in ("exact", "0.111", "0.11")]
    assert grades == ["A", "A", "B"]
    assert "the weight decides the grade" in said(file)[1]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("", "is empty"),
        ("nama,umur\nSiti,30\n", "names no elements"),
        (QUARTER.replace("28,1", "28,2"), "not answered by equally many"),
        (QUARTER.replace("U9,28,1,0,0\n", ""), "no counts for pengaduan"),
        (QUARTER.replace("15,12,2", "15,x,2"), 'row 4, column "n3": x'),
    ],
)
def test_an_unreadable_file_ends_with_status_two_and_why(
    file: Path, content: str, complaint: str
) -> None:
    file.write_text(content)
    for arguments in ([], ["--json"]):
        status, output = said(file, *arguments)
        assert (status, complaint in output, "survey.csv" in output) == (2, True, True)


def test_a_missing_file_or_an_unknown_weight_ends_with_status_two(file: Path) -> None:
    assert said(file.with_name("gone.csv"))[0] == 2
    assert said(file, "--weight", "0.1")[0] == 2
