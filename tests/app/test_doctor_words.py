"""The doctor in Indonesian: nothing it can say is left in English."""

import ast
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from app.doctor import Finding
from app.doctor_words import SENTENCES, SUBJECTS, in_indonesian

ROOT = Path(__file__).resolve().parents[2]


def texts(node: ast.expr) -> list[str]:
    """Return what an expression can say, with {} for what is found."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        return [
            "".join(
                str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values
            )
        ]
    if isinstance(node, ast.IfExp):
        return texts(node.body) + texts(node.orelse)
    if isinstance(node, ast.BinOp):
        return ["".join(each) for each in product(texts(node.left), texts(node.right))]
    if isinstance(node, ast.Tuple):
        return [text for each in node.elts for text in texts(each)]
    return []


def said(file: str) -> Iterator[tuple[str, bool]]:
    """Return everything a doctor can say, and whether it is what is looked at."""
    for node in ast.walk(ast.parse((ROOT / file).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Finding":
            for place, given in enumerate([*node.args, *(each.value for each in node.keywords)]):
                yield from ((text, place == 0) for text in texts(given))
        elif isinstance(node, ast.Assign):
            name = ast.unparse(node.targets[0])
            if name == "PRINTER_TROUBLES" and isinstance(node.value, ast.Dict):
                yield from ((text, False) for each in node.value.values for text in texts(each))
            elif name in ("wrong", "mend", "GUIDE"):
                yield from ((text, False) for text in texts(node.value))


@pytest.mark.parametrize("file", ["app/doctor.py", "app/kiosk_doctor.py"])
def test_everything_that_can_be_said_has_its_indonesian(file: str) -> None:
    found = list(said(file))
    assert len(found) > 15
    for text, is_subject in found:
        assert text in (SUBJECTS if is_subject else SENTENCES), text


def test_what_was_found_stands_where_it_stood() -> None:
    english = Finding("disk", "only 12 MB are left", "delete old backups or add space")
    told = in_indonesian(english)
    assert (told.subject, told.wrong, told.mend) == (
        "disk",
        "tersisa hanya 12 MB",
        "hapus cadangan lama atau tambah ruang",
    )
    journal = Finding("clock", "says 2026-01-01 UTC, but the journal goes to 2026-11-25")
    assert in_indonesian(journal).wrong == (
        "menunjukkan 2026-01-01 UTC, tetapi jurnal sampai 2026-11-25"
    )
    assert in_indonesian(Finding("database", note="sqlite:///x")).note == "sqlite:///x"
