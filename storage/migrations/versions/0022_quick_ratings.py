"""Quick ratings whole: where they were given, reasons, taps without a ticket, exit tablets."""

from datetime import date, datetime

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEPT = ("id", "office_id", "ticket_id", "service_id", "day", "score", "comment", "at")
#: Where the visit of a rating ended.
PLACE = "(SELECT {column} FROM steps WHERE steps.ticket_id = ratings.ticket_id" + (
    " ORDER BY position DESC LIMIT 1)"
)
REASONS = (
    *("waited_long", "unclear", "unfriendly", "papers", "place"),
    *("asked_for_money", "broker"),
)
OLD_DEVICES = "role IN ('kiosk', 'screen', 'agent') OR account_id IS NOT NULL"
NEW_DEVICES = "role IN ('kiosk', 'screen', 'agent', 'exit') OR account_id IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    _devices(OLD_DEVICES, NEW_DEVICES)
    _ratings(
        sa.Column("ticket_id", sa.Integer(), nullable=True),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(10), nullable=False, server_default="phone"),
        sa.Column("talk_at", moment, nullable=True),
        sa.CheckConstraint(
            "channel IN ('phone', 'counter', 'exit')", name=op.f("ck_ratings_channel")
        ),
        _to("ratings", "counter_id", "counters"),
        _to("ratings", "account_id", "accounts"),
    )
    for column in ("counter_id", "account_id"):
        op.execute(f"UPDATE ratings SET {column} = {PLACE.format(column=column)}")
    op.create_table(
        "rated_visits",
        sa.Column("ticket_id", sa.Integer(), autoincrement=False, nullable=False),
        _to("rated_visits", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_rated_visits")),
    )
    op.execute("INSERT INTO rated_visits (ticket_id) SELECT ticket_id FROM ratings")
    op.create_table(
        "rating_reasons",
        sa.Column("rating_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.CheckConstraint(
            f"reason IN ({', '.join(map(repr, REASONS))})", name=op.f("ck_rating_reasons_reason")
        ),
        _to("rating_reasons", "rating_id", "ratings"),
        sa.PrimaryKeyConstraint("rating_id", "reason", name=op.f("pk_rating_reasons")),
    )
    op.create_table(
        "taps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("rapid", sa.Boolean(), nullable=False),
        sa.CheckConstraint("score BETWEEN 1 AND 4", name=op.f("ck_taps_score")),
        _to("taps", "office_id", "offices"),
        _to("taps", "token_id", "tokens"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_taps")),
    )
    op.create_index("ix_taps_office_id_day", "taps", ["office_id", "day"])
    op.create_index("ix_taps_token_id_at", "taps", ["token_id", "at"])
    op.create_table(
        "rating_rules",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("open_hours", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("alert_after", sa.Integer(), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.CheckConstraint("open_hours BETWEEN 1 AND 336", name=op.f("ck_rating_rules_open_hours")),
        sa.CheckConstraint("low BETWEEN 0 AND 2", name=op.f("ck_rating_rules_low")),
        sa.CheckConstraint(
            "alert_after BETWEEN 3 AND 100", name=op.f("ck_rating_rules_alert_after")
        ),
        sa.CheckConstraint("least BETWEEN 5 AND 100", name=op.f("ck_rating_rules_least")),
        _to("rating_rules", "office_id", "offices"),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_rating_rules")),
    )


def downgrade() -> None:
    """Take back; exit tablets, taps, reasons and ratings that lost their visit are lost."""
    op.drop_table("rating_rules")
    op.drop_index("ix_taps_token_id_at", table_name="taps")
    op.drop_index("ix_taps_office_id_day", table_name="taps")
    op.drop_table("taps")
    op.drop_table("rating_reasons")
    op.drop_table("rated_visits")
    op.execute("DELETE FROM ratings WHERE ticket_id IS NULL")
    _ratings(sa.Column("ticket_id", sa.Integer(), nullable=False))
    op.execute("DELETE FROM tokens WHERE role = 'exit'")
    _devices(NEW_DEVICES, OLD_DEVICES)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """Return a reference to another table."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _ratings(*parts: sa.Column[object] | sa.Constraint) -> None:
    """Make the table of ratings anew with `parts`, and put back what it held."""
    connection = op.get_bind()
    rows = [
        dict(row)
        for row in connection.execute(
            sa.select(sa.table("ratings", *map(sa.column, KEPT)))
        ).mappings()
    ]
    op.drop_index("ix_ratings_office_id_day", table_name="ratings")
    op.drop_table("ratings")
    made = op.create_table(
        "ratings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *parts,
        sa.CheckConstraint("score BETWEEN 1 AND 4", name=op.f("ck_ratings_score")),
        _to("ratings", "office_id", "offices"),
        _to("ratings", "service_id", "services"),
        _to("ratings", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ratings")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_ratings_ticket_id")),
    )
    op.create_index("ix_ratings_office_id_day", "ratings", ["office_id", "day"])
    if rows:
        connection.execute(sa.insert(made), [_typed(row) for row in rows])
    if connection.dialect.name == "postgresql":
        op.execute(
            "SELECT setval('ratings_id_seq',"
            " (SELECT coalesce(max(id), 0) + 1 FROM ratings), false)"
        )


def _typed(row: dict[str, object]) -> dict[str, object]:
    """Return a row as the typed table takes it: SQLite tells days and moments as text."""
    day, at = row["day"], row["at"]
    return row | {
        "day": date.fromisoformat(day) if isinstance(day, str) else day,
        "at": datetime.fromisoformat(at) if isinstance(at, str) else at,
    }


def _devices(old: str, new: str) -> None:
    """Change which roles a token without a person may have.

    Tokens are referred to, so SQLite cannot make the table anew here; it lets a check be rewritten
    in its schema (https://www.sqlite.org/lang_altertable.html, "making other kinds of changes").
    """
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.drop_constraint(op.f("ck_tokens_role"), "tokens", type_="check")
        op.create_check_constraint(op.f("ck_tokens_role"), "tokens", new)
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema=ON")
    connection.execute(
        sa.text(
            "UPDATE sqlite_master SET sql = replace(sql, :old, :new)"
            " WHERE type = 'table' AND name = 'tokens'"
        ),
        {"old": old, "new": new},
    )
    connection.exec_driver_sql(f"PRAGMA schema_version={version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema=OFF")
