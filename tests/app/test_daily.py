"""Long work beside the server."""

from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from app import daily
from app.settings import Settings
from office.place import Office
from office.summaries import Summary, lacking
from storage.work import Work
from tests.houses import Staffed
from tests.office.counting import busy_days

pytestmark = pytest.mark.takes(8)


def test_days_without_a_summary_get_theirs_after_the_start(
    staffed: Staffed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy_days(staffed, 2)

    def count(work: Work, _office: Office) -> int:
        return work.session.scalar(select(func.count()).select_from(Summary)) or 0

    there = staffed.read(count)
    staffed.in_turn(lambda work, _office: work.session.execute(delete(Summary)))
    monkeypatch.setenv("ANTREAN_DATABASE", staffed.store.url)
    daily.catch_up(Settings(data=tmp_path), staffed.store)
    assert not lacking(staffed.store)
    assert staffed.read(count) == there
