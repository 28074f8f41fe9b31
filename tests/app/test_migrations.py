"""The database's shape: brought up, taken back and brought up again, and the same as the code's."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Connection, Engine, MetaData, Table, inspect, text
from sqlalchemy.exc import IntegrityError

import app.factory  # noqa: F401 - brings all tables in
from app import migrations
from storage.base import Base
from storage.engine import open_engine

pytestmark = pytest.mark.takes(2)

DATABASES = ("sqlite", "postgresql")


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An empty database of each kind."""
    opened = open_engine(database_url)
    yield opened
    opened.dispose()


def tables(engine: Engine) -> set[str]:
    """Return the tables that are there."""
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def shape(engine: Engine) -> str:
    """Return all that the database tells of its shape."""
    seen = inspect(engine)
    told: dict[str, Any] = {
        table: (
            seen.get_columns(table),
            seen.get_pk_constraint(table),
            seen.get_foreign_keys(table),
            seen.get_unique_constraints(table),
            seen.get_check_constraints(table),
            seen.get_indexes(table),
        )
        for table in sorted(tables(engine))
    }
    return json.dumps(told, indent=1, default=str)


def test_an_empty_database_stands_at_no_revision(engine: Engine) -> None:
    assert migrations.current(engine) is None


def test_it_is_brought_up_taken_back_and_brought_up_again(engine: Engine) -> None:
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.newest() is not None
    first = shape(engine)
    assert tables(engine) == set(Base.metadata.tables)
    migrations.downgrade(engine)
    assert migrations.current(engine) is None
    assert tables(engine) == set()
    migrations.upgrade(engine)
    assert shape(engine) == first


def test_bringing_up_what_is_up_changes_nothing(engine: Engine) -> None:
    migrations.upgrade(engine)
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.newest()


def test_each_revision_can_be_taken_back(engine: Engine) -> None:
    migrations.upgrade(engine)
    migrations.downgrade(engine, "-1")
    migrations.upgrade(engine)
    assert migrations.current(engine) == migrations.newest()


def test_the_migrated_shape_is_that_of_the_code(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_migrated_checks_are_those_of_the_code(engine: Engine) -> None:
    migrations.upgrade(engine)
    seen = inspect(engine)
    for name, table in Base.metadata.tables.items():
        declared = {
            str(each.name) for each in table.constraints if isinstance(each, CheckConstraint)
        }
        assert {each["name"] for each in seen.get_check_constraints(name)} == declared, name


def test_the_migrated_partial_indexes_are_those_of_the_code(engine: Engine) -> None:
    migrations.upgrade(engine)
    seen = inspect(engine)
    kind = engine.dialect.name
    for name, table in Base.metadata.tables.items():
        declared = {
            str(each.name): str(each.dialect_options[kind]["where"])
            for each in table.indexes
            if each.dialect_options[kind]["where"] is not None
        }
        found = {
            str(each["name"]): str(each["dialect_options"][f"{kind}_where"])
            for each in seen.get_indexes(name)
            if f"{kind}_where" in each.get("dialect_options", {})
        }
        if kind == "sqlite":
            assert found == declared, name
        assert found.keys() == declared.keys(), name


def test_partial_indexes_are_the_same_on_both_databases() -> None:
    for table in Base.metadata.tables.values():
        for index in table.indexes:
            wheres = {str(index.dialect_options[each]["where"]) for each in DATABASES}
            assert len(wheres) == 1, index.name


def test_every_right_to_return_is_carried_into_the_one_table_and_back(engine: Engine) -> None:
    migrations.upgrade(engine)
    with engine.begin() as connection:
        made(connection)
    migrations.downgrade(engine, "0013")
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT ticket_id, credit_s FROM returns")).all()
        assert [tuple(each) for each in rows] == [(2, 900)]
        rows = connection.execute(text("SELECT ticket_id, code_hash FROM return_rights")).all()
        assert [tuple(each) for each in rows] == [(1, "a" * 64)]
        connection.execute(text("UPDATE wait_targets SET minutes = 17, percent = 90"))
    migrations.upgrade(engine)
    with engine.begin() as connection:
        rows = connection.execute(
            text(
                "SELECT ticket_id, reason, credit_s, code_hash"
                " FROM return_rights ORDER BY ticket_id"
            )
        ).all()
        assert [tuple(each) for each in rows] == [
            (1, "papers", None, "a" * 64),
            (2, "outage", 900, None),
        ]
        aims = connection.execute(
            text("SELECT target_wait_min, target_wait_percent FROM offices")
        ).one()
        assert tuple(aims) == (17, 90)


def made(connection: Connection) -> None:
    """Keep an office with two tickets, each of which gave a right to return."""
    day = date(2026, 11, 25)
    at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    put = connection.execute
    names = {"id": "Kantor"}
    tables = Base.metadata.tables
    place = {"office_id": 1, "names": names}
    put(
        tables["offices"]
        .insert()
        .values(
            id=1, code="x", names=names, timezone="Asia/Makassar", locales=["id"], policy="ratio"
        )
    )
    put(tables["services"].insert().values(id=1, code="A", letter="A", **place))
    put(tables["priority_classes"].insert().values(id=1, code="ordinary", rate=1, **place))
    for number, reason in ((1, "papers"), (2, "outage")):
        put(
            tables["tickets"]
            .insert()
            .values(
                id=number,
                office_id=1,
                day=day,
                prefix="A",
                number=number,
                label=f"A00{number}",
                token_hash=str(number) * 64,
                service_id=1,
                class_id=1,
                status="done",
                locale="id",
                arrived_at=at,
                line_since=at,
            )
        )
        put(
            tables["return_rights"]
            .insert()
            .values(
                office_id=1,
                ticket_id=number,
                service_id=1,
                reason=reason,
                code_hash="a" * 64 if reason == "papers" else "b" * 64,
                missing=[0] if reason == "papers" else [],
                first_day=day,
                until=day,
                credit_s=None if reason == "papers" else 900,
            )
        )


def test_the_answers_to_visits_are_carried_over_and_exit_tablets_come_and_go(
    engine: Engine,
) -> None:
    migrations.upgrade(engine)
    with engine.begin() as connection:
        made(connection)
    migrations.downgrade(engine, "0021")
    at = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    answer = {"office_id": 1, "service_id": 1, "day": date(2026, 11, 25), "score": 2, "at": at}
    old = Table("ratings", MetaData(), autoload_with=engine)
    moment = at.replace(tzinfo=None) if engine.dialect.name == "sqlite" else at
    with engine.begin() as connection:
        connection.execute(
            old.insert().values(**answer | {"at": moment}, id=7, ticket_id=1, comment="Lama")
        )
    migrations.upgrade(engine)
    tokens = Base.metadata.tables["tokens"]
    with engine.begin() as connection:
        kept = connection.execute(
            text("SELECT id, ticket_id, score, comment, channel FROM ratings")
        ).one()
        assert tuple(kept) == (7, 1, 2, "Lama", "phone")
        assert connection.execute(text("SELECT ticket_id FROM rated_visits")).scalars().all() == [1]
        ratings = Base.metadata.tables["ratings"]
        connection.execute(ratings.insert().values(**answer, channel="exit"))
        connection.execute(
            tokens.insert().values(
                office_id=1, role="exit", name="Pintu", token_hash="e" * 64, created_at=at
            )
        )
    with pytest.raises(IntegrityError, match="ck_tokens_role"), engine.begin() as connection:
        connection.execute(
            tokens.insert().values(
                office_id=1, role="door", name="Pintu", token_hash="f" * 64, created_at=at
            )
        )
    migrations.downgrade(engine, "0021")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT id FROM ratings")).scalars().all() == [7]
        assert connection.execute(text("SELECT count(*) FROM tokens")).scalar_one() == 0


def test_a_ticket_of_a_rehearsal_has_no_day_and_none_is_lost_on_the_way_back(
    engine: Engine,
) -> None:
    migrations.upgrade(engine)
    with engine.begin() as connection:
        made(connection)
        connection.execute(text("UPDATE tickets SET day = NULL WHERE id = 1"))
    migrations.downgrade(engine, "0042")
    with pytest.raises(IntegrityError), engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET day = NULL WHERE id = 1"))
    with engine.connect() as connection:
        days = connection.execute(text("SELECT day FROM tickets ORDER BY id")).scalars().all()
    assert str(days[0]) == "0001-01-01"
    assert "0001-01-01" not in map(str, days[1:])
    migrations.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE tickets SET day = NULL WHERE id = 1"))
