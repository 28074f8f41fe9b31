"""One right to return, whatever for; one aim for waiting, in the office's row."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

RIGHTS = sa.table(
    "return_rights",
    sa.column("office_id", sa.Integer()),
    sa.column("ticket_id", sa.Integer()),
    sa.column("service_id", sa.Integer()),
    sa.column("reason", sa.String()),
    sa.column("code_hash", sa.String()),
    sa.column("missing", sa.JSON()),
    sa.column("first_day", sa.Date()),
    sa.column("until", sa.Date()),
    sa.column("credit_s", sa.Integer()),
    sa.column("used_by_id", sa.Integer()),
)
RETURNS = sa.table(
    "returns",
    sa.column("ticket_id", sa.Integer()),
    sa.column("office_id", sa.Integer()),
    sa.column("reason", sa.String()),
    sa.column("first_day", sa.Date()),
    sa.column("last_day", sa.Date()),
    sa.column("credit_s", sa.Integer()),
    sa.column("used_by", sa.Integer()),
)
TICKETS = sa.table(
    "tickets",
    sa.column("id", sa.Integer()),
    sa.column("service_id", sa.Integer()),
    sa.column("day", sa.Date()),
)
NEW = ("reason", "first_day", "credit_s")


def upgrade() -> None:
    """Apply."""
    connection = op.get_bind()
    former = connection.execute(
        sa.select(
            *(each for each in RIGHTS.c if each.name not in NEW), TICKETS.c.day.label("first_day")
        ).join(TICKETS, TICKETS.c.id == RIGHTS.c.ticket_id)
    ).mappings()
    rights = [
        {**row, "reason": _reason(row["missing"], row["until"]), "credit_s": None} for row in former
    ]
    returns = connection.execute(
        sa.select(*RETURNS.c, TICKETS.c.service_id).join(
            TICKETS, TICKETS.c.id == RETURNS.c.ticket_id
        )
    ).mappings()
    rights += [
        {
            "office_id": row["office_id"],
            "ticket_id": row["ticket_id"],
            "service_id": row["service_id"],
            "reason": row["reason"],
            "code_hash": None,
            "missing": [],
            "first_day": row["first_day"],
            "until": row["last_day"],
            "credit_s": row["credit_s"],
            "used_by_id": row["used_by"],
        }
        for row in returns
    ]
    op.drop_index("ix_returns_office_id_reason", table_name="returns")
    op.drop_table("returns")
    op.drop_table("return_rights")
    op.create_table(
        "return_rights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=True),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("credit_s", sa.Integer(), nullable=True),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("credit_s >= 0", name=op.f("ck_return_rights_credit")),
        sa.CheckConstraint("first_day <= until", name=op.f("ck_return_rights_in_order")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_return_rights_office_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_return_rights_ticket_id"),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name="fk_return_rights_service_id"
        ),
        sa.ForeignKeyConstraint(["used_by_id"], ["tickets.id"], name="fk_return_rights_used_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_return_rights"),
        sa.UniqueConstraint("ticket_id", name="uq_return_rights_ticket_id"),
        sa.UniqueConstraint("code_hash", name="uq_return_rights_code_hash"),
        sa.UniqueConstraint("used_by_id", name="uq_return_rights_used_by_id"),
    )
    op.create_index(
        "ix_return_rights_office_id_reason",
        "return_rights",
        ["office_id", "reason"],
        unique=False,
        sqlite_where=sa.text("used_by_id IS NULL"),
        postgresql_where=sa.text("used_by_id IS NULL"),
    )
    if rights:
        op.bulk_insert(RIGHTS, rights)
    # Spelt out, since SQLite adds a named check only together with its column.
    op.execute(
        "ALTER TABLE offices ADD COLUMN target_wait_percent INTEGER NOT NULL DEFAULT 80"
        " CONSTRAINT ck_offices_wait_percent CHECK (target_wait_percent BETWEEN 50 AND 99)"
    )
    for name, column in (("target_wait_min", "minutes"), ("target_wait_percent", "percent")):
        op.execute(
            f"UPDATE offices SET {name} = (SELECT {column} FROM wait_targets"
            " WHERE wait_targets.office_id = offices.id)"
            " WHERE id IN (SELECT office_id FROM wait_targets)"
        )
    op.drop_table("wait_targets")
    op.execute("ALTER TABLE services RENAME COLUMN wait_target_seconds TO target_wait_min")
    op.execute("UPDATE services SET target_wait_min = (target_wait_min + 59) / 60")
    op.execute(
        "ALTER TABLE services ADD COLUMN target_serve_min INTEGER"
        " CONSTRAINT ck_services_target_serve CHECK (target_serve_min > 0)"
    )


def downgrade() -> None:
    """Take back; a code to come back with by what an outage or a long day cut off is lost."""
    op.drop_column("services", "target_serve_min")
    op.execute("UPDATE services SET target_wait_min = target_wait_min * 60")
    op.execute("ALTER TABLE services RENAME COLUMN target_wait_min TO wait_target_seconds")
    op.create_table(
        "wait_targets",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name=op.f("ck_wait_targets_minutes")),
        sa.CheckConstraint("percent BETWEEN 50 AND 99", name=op.f("ck_wait_targets_percent")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_wait_targets_office_id"),
        sa.PrimaryKeyConstraint("office_id", name="pk_wait_targets"),
    )
    op.execute(
        "INSERT INTO wait_targets (office_id, minutes, percent)"
        " SELECT id, target_wait_min, target_wait_percent FROM offices"
    )
    op.drop_column("offices", "target_wait_percent")
    connection = op.get_bind()
    rows = [dict(row) for row in connection.execute(sa.select(*RIGHTS.c)).mappings()]
    op.drop_index("ix_return_rights_office_id_reason", table_name="return_rights")
    op.drop_table("return_rights")
    op.create_table(
        "return_rights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_return_rights_office_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_return_rights_ticket_id"),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name="fk_return_rights_service_id"
        ),
        sa.ForeignKeyConstraint(["used_by_id"], ["tickets.id"], name="fk_return_rights_used_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_return_rights"),
        sa.UniqueConstraint("ticket_id", name="uq_return_rights_ticket_id"),
        sa.UniqueConstraint("code_hash", name="uq_return_rights_code_hash"),
        sa.UniqueConstraint("used_by_id", name="uq_return_rights_used_by_id"),
    )
    op.create_table(
        "returns",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("credit_s", sa.Integer(), nullable=False),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("credit_s >= 0", name=op.f("ck_returns_credit")),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_returns_in_order")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_returns_office_id")),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_returns_ticket_id")),
        sa.ForeignKeyConstraint(["used_by"], ["tickets.id"], name=op.f("fk_returns_used_by")),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_returns")),
    )
    op.create_index(
        "ix_returns_office_id_reason",
        "returns",
        ["office_id", "reason"],
        unique=False,
        sqlite_where=sa.text("used_by IS NULL"),
        postgresql_where=sa.text("used_by IS NULL"),
    )
    placed = [row for row in rows if row["credit_s"] is None]
    credited = [row for row in rows if row["credit_s"] is not None]
    if placed:
        op.bulk_insert(
            RIGHTS, [{name: row[name] for name in row if name not in NEW} for row in placed]
        )
    if credited:
        op.bulk_insert(
            RETURNS,
            [
                {
                    "ticket_id": row["ticket_id"],
                    "office_id": row["office_id"],
                    "reason": row["reason"],
                    "first_day": row["first_day"],
                    "last_day": row["until"],
                    "credit_s": row["credit_s"],
                    "used_by": row["used_by_id"],
                }
                for row in credited
            ],
        )


def _reason(missing: list[int], until: object) -> str:
    if until is None:
        return "awaiting_next"
    return "papers" if missing else "come_back"
