"""Hours of some days in place of the week's."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("offices", sa.Column("special_hours", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("offices", "special_hours")
