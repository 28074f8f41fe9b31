"""How long counters serve after the last ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "offices", sa.Column("serves_after", sa.Integer(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("offices", "serves_after")
