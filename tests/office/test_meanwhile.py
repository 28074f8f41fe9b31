"""What of an earlier change a later one undoes: value by value, and nothing that is only added."""

from typing import Any

import pytest

from office.meanwhile import undoes

KTP, KK, AKTA = ({"code": code, "helps": None} for code in ("KTP", "KK", "AKTA"))
WEEK = ["08.00-15.00"] * 4 + ["08.00-14.00"]


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ((30, 40), (40, 30)),
        ((30, 40), (40, 50)),
        ((None, "Meja"), ("Meja", None)),
        ((True, False), (False, True)),
        (
            ({"id": "Lama", "en": "Old"}, {"id": "Baru", "en": "Old"}),
            ({"id": "Baru"}, {"id": "Lama"}),
        ),
        (([], ["2026-12-25"]), (["2026-12-25"], ["2026-12-28"])),
        (([KTP], [KTP, KK]), ([KTP, KK], [KTP, AKTA])),
        (([KTP, KK], [KTP]), ([KTP], [KTP, KK])),
        (([{**KTP, "helps": 5}], [KTP]), ([KTP], [{**KTP, "helps": 5}, KK])),
        # Tuesday as long as Monday is already: only how often it occurs differs
        ((["a", "b", "b"], ["a", "a", "b"]), (["a", "a", "b"], ["a", "b", "b"])),
        (([*WEEK], WEEK[::-1]), (WEEK[::-1], [*WEEK])),
        ((["KTP", "KK"], ["KK", "KTP"]), (["KK", "KTP"], ["KTP", "KK", "Ijazah"])),
    ],
)
def test_what_takes_back_something_newer_undoes_it(theirs: Any, ours: Any) -> None:
    assert undoes(theirs, ours)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (([], ["2026-12-25"]), (["2026-12-25"], ["2026-12-25", "2026-12-28"])),
        (
            ({}, {"2026-12-25": {"id": "Natal"}}),
            (
                {"2026-12-25": {"id": "Natal"}},
                {"2026-12-25": {"id": "Natal"}, "2026-12-28": {"id": "Rapat"}},
            ),
        ),
        (
            ({"id": "Lama", "en": "Old"}, {"id": "Baru", "en": "Old"}),
            ({"id": "Baru", "en": "Old"}, {"id": "Baru", "en": "New"}),
        ),
        (([KTP, KK], [KTP]), ([KTP], [KTP, AKTA])),
        ((30, 30), (30, 40)),
    ],
)
def test_what_changes_or_adds_something_else_undoes_nothing(theirs: Any, ours: Any) -> None:
    assert not undoes(theirs, ours)
