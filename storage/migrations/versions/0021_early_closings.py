"""Closing early: why, and what becomes of those who wait."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "early_closings",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("fate", sa.String(length=10), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("home_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_home_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(fate = 'served') = (home_at IS NULL)", name=op.f("ck_early_closings_home_at")
        ),
        sa.CheckConstraint(
            "sent_home_at IS NULL OR home_at IS NOT NULL",
            name=op.f("ck_early_closings_sent_home"),
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_early_closings_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", "day", name=op.f("pk_early_closings")),
    )
    op.add_column("offices", sa.Column("home_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    """Take back."""
    op.drop_column("offices", "home_at")
    op.drop_table("early_closings")
