"""Spot checks: their draws, what was noted, photos, and additions."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "spot_checks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("inspector", sa.String(120), nullable=False),
        sa.Column("place", sa.String(120), nullable=False),
        sa.Column("opened_at", AT, nullable=False),
        sa.Column("closed_at", AT, nullable=True),
        sa.Column("signed_at", AT, nullable=True),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.Column("terminals", sa.JSON(), nullable=True),
        sa.Column("signature", sa.JSON(), nullable=True),
        sa.Column("record", sa.JSON(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.Column("photos_gone_at", AT, nullable=True),
        sa.Column("words_gone_at", AT, nullable=True),
        sa.CheckConstraint(
            "signed_at IS NULL OR (closed_at IS NOT NULL AND record IS NOT NULL"
            " AND digest IS NOT NULL)",
            name=op.f("ck_spot_checks_signed"),
        ),
        _to("spot_checks", "office_id", "offices"),
        _to("spot_checks", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_checks")),
        sa.UniqueConstraint("office_id", "key", name=op.f("uq_spot_checks_office_id_key")),
    )
    op.create_index(
        "ix_spot_checks_office_id_opened_at", "spot_checks", ["office_id", "opened_at"]
    )
    _of_a_check(
        "spot_draws",
        sa.Column("at", AT, nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("within_min", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.JSON(), nullable=False),
    )
    _of_a_check(
        "spot_entries",
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("subject", sa.String(40), nullable=False),
        sa.Column("at", AT, nullable=False),
        sa.Column("kept_at", AT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('person', 'observation', 'finding', 'photo')",
            name=op.f("ck_spot_entries_kind"),
        ),
        _to("spot_entries", "account_id", "accounts"),
    )
    op.create_index("ix_spot_entries_check_id", "spot_entries", ["check_id"])
    _of_a_check(
        "spot_photos",
        sa.Column("type", sa.String(4), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    _of_a_check(
        "spot_additions",
        sa.Column("at", AT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("text", sa.String(1000), nullable=False),
        sa.Column("finding", sa.String(32), nullable=True),
        sa.Column("state", sa.String(10), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'dropped')", name=op.f("ck_spot_additions_state")
        ),
        sa.CheckConstraint(
            "(state IS NULL) = (finding IS NULL)", name=op.f("ck_spot_additions_finding")
        ),
        _to("spot_additions", "account_id", "accounts"),
    )


def downgrade() -> None:
    """Take back."""
    for table in ("spot_additions", "spot_photos", "spot_entries", "spot_draws", "spot_checks"):
        op.drop_table(table)


def _of_a_check(table: str, *parts: sa.Column | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("check_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        *parts,
        _to(table, "office_id", "offices"),
        _to(table, "check_id", "spot_checks"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("check_id", "key", name=op.f(f"uq_{table}_check_id_key")),
    )
    op.create_index(f"ix_{table}_office_id", table, ["office_id"])


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
