"""Tickets given out on emergency sheets."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "tickets", sa.Column("by_hand", sa.Boolean(), nullable=False, server_default=sa.false())
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("tickets", "by_hand")
