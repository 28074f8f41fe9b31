"""The wait an office aims at."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "wait_targets",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.CheckConstraint("minutes BETWEEN 1 AND 240", name=op.f("ck_wait_targets_minutes")),
        sa.CheckConstraint("percent BETWEEN 50 AND 99", name=op.f("ck_wait_targets_percent")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_wait_targets_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_wait_targets")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("wait_targets")
