"""Some days of a quarter, from the first number to the report and the notice that are published."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from app import migrations
from storage.engine import sqlite_url
from storage.work import Store
from surveys.skm.periods import Period
from tools.quarter import lived

SUMMER = Period.written("2026-Q3")


@pytest.mark.timeout(300)
def test_some_days_end_in_a_report_and_a_notice_that_tell_what_was_answered(tmp_path: Path) -> None:
    store = Store(sqlite_url(tmp_path / "antrean.db"))
    migrations.upgrade(store.engine)
    assert SUMMER is not None
    report = lived(store, tmp_path, SUMMER, 3, 12, 11, tmp_path / "out")
    store.close()
    assert report["faults"] == []
    done = report["done"]
    assert {"answered on the phone", "on paper", "from a file", "lacking", "drawn"} <= set(done)
    told = report["index"].replace(".", ",")
    text = "".join(
        page.extract_text() for page in PdfReader(tmp_path / "out" / "laporan-id.pdf").pages
    )
    for said in (told, "V. Penutup", "Menambah loket pada jam padat", "Drs. H. Contoh"):
        assert said in text, said
    (poster,) = PdfReader(tmp_path / "out" / "poster-a3-id.pdf").pages
    assert told in poster.extract_text()
    book = load_workbook(io.BytesIO((tmp_path / "out" / "data.xlsx").read_bytes()))
    assert book.worksheets[0]["G2"].value == float(report["index"])
