"""PINs with which clerks take over counters."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("accounts", sa.Column("pin_hash", sa.String(length=200), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("accounts", "pin_hash")
