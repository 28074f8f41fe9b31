"""What the floor needs: preferences and help between counters, targets, outages, returns."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

#: What every clerk could do until now, and what can be withheld from one from now on.
TRANSFER = "ticket.transfer"
TARGETS = {"target_wait_min": "30", "target_serve_min": "30", "target_idle_min": "5"}


def upgrade() -> None:
    """Apply."""
    for name, usual in TARGETS.items():
        op.add_column(
            "offices", sa.Column(name, sa.Integer(), server_default=usual, nullable=False)
        )
    for name in ("carries_over", "carried_waits"):
        op.add_column(
            "offices", sa.Column(name, sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.add_column("services", sa.Column("needs", sa.JSON()))
    op.add_column("services", sa.Column("suspended_until", sa.DateTime(timezone=True)))
    op.add_column("services", sa.Column("stopped_for", sa.String(length=20)))
    op.add_column("services", sa.Column("stopped_since", sa.DateTime(timezone=True)))
    op.add_column(
        "counter_services", sa.Column("preference", sa.Integer(), server_default="0", nullable=False)
    )
    op.add_column("counter_services", sa.Column("helps_after_min", sa.Integer()))
    op.add_column("tokens", sa.Column("seen_at", sa.DateTime(timezone=True)))
    _grant(lambda granted: [*granted, TRANSFER])
    op.create_table(
        "outages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("need", sa.String(length=20), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_outages_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
    )
    op.create_index(
        "uq_outages_open",
        "outages",
        ["office_id", "need"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "ix_outages_office_id_began_at", "outages", ["office_id", "began_at"], unique=False
    )
    op.create_table(
        "acknowledgements",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("alert", sa.String(length=80), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_acknowledgements_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_acknowledgements_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", "alert", name=op.f("pk_acknowledgements")),
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
        "ix_returns_office_id_reason", "returns", ["office_id", "reason"], unique=False,
        sqlite_where=sa.text("used_by IS NULL"), postgresql_where=sa.text("used_by IS NULL"),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_returns_office_id_reason", table_name="returns")
    op.drop_table("returns")
    op.drop_table("acknowledgements")
    op.drop_index("ix_outages_office_id_began_at", table_name="outages")
    op.drop_index("uq_outages_open", table_name="outages")
    op.drop_table("outages")
    op.drop_column("tokens", "seen_at")
    op.drop_column("counter_services", "helps_after_min")
    op.drop_column("counter_services", "preference")
    op.drop_column("services", "stopped_since")
    op.drop_column("services", "stopped_for")
    op.drop_column("services", "suspended_until")
    op.drop_column("services", "needs")
    for name in ("carried_waits", "carries_over", *TARGETS):
        op.drop_column("offices", name)
    _grant(lambda granted: [each for each in granted if each != TRANSFER])


def _grant(change):
    """Change what is granted to every clerk."""
    accounts = sa.table(
        "accounts", sa.column("id"), sa.column("role"), sa.column("extra_rights", sa.JSON())
    )
    connection = op.get_bind()
    rows = connection.execute(
        sa.select(accounts.c.id, accounts.c.extra_rights).where(accounts.c.role == "staff")
    ).all()
    for account, granted in rows:
        connection.execute(
            accounts.update()
            .where(accounts.c.id == account)
            .values(extra_rights=change(list(granted or [])))
        )
