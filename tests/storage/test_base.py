"""What every table shares: moments that are aware and UTC, and names for every constraint."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

import app.factory  # noqa: F401 - brings all tables in
from storage.base import Base, UtcDateTime
from storage.work import Store

moments = Table(
    "moments", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcDateTime())
)


@pytest.fixture
def kept(database_url: str) -> Iterator[Store]:
    """A store on each database with a table of moments."""
    store = Store(database_url)
    moments.create(store.engine)
    yield store
    store.close()


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 25, 1, 0, tzinfo=UTC),
        datetime(2026, 11, 25, 9, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8))),
        datetime(2026, 1, 1, 0, 30, tzinfo=timezone(timedelta(hours=7))),
        None,
    ],
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(
    kept: Store, moment: datetime | None
) -> None:
    with kept.work() as work:
        work.session.execute(insert(moments).values(id=1, at=moment))
    with kept.read() as work:
        found = work.session.execute(select(moments.c.at)).scalar_one()
    assert found == moment
    assert found is None or found.tzinfo is UTC


def test_moments_compare_in_the_database_whatever_zone_they_were_given_in(kept: Store) -> None:
    nine_in_makassar = datetime(2026, 11, 25, 9, 0, tzinfo=timezone(timedelta(hours=8)))
    with kept.work() as work:
        work.session.execute(insert(moments).values(id=1, at=nine_in_makassar))
    with kept.read() as work:
        for bound, before in (
            (datetime(2026, 11, 25, 1, 0, 1, tzinfo=UTC), True),
            (datetime(2026, 11, 25, 1, 0, 0, tzinfo=UTC), False),
        ):
            found = work.session.execute(select(moments.c.id).where(moments.c.at < bound)).all()
            assert bool(found) == before


def test_a_moment_without_a_zone_is_refused(kept: Store) -> None:
    with pytest.raises(StatementError, match="naive"), kept.work() as work:
        work.session.execute(insert(moments).values(id=1, at=datetime(2026, 11, 25, 9, 0)))


def test_every_constraint_has_a_name_that_postgresql_keeps_whole() -> None:
    tables = Base.metadata.tables.values()
    names = [str(each.name) for table in tables for each in table.constraints]
    names += [str(each.name) for table in tables for each in table.indexes]
    assert "None" not in names
    assert max(map(len, names)) <= 63
    assert len(names) == len(set(names))
