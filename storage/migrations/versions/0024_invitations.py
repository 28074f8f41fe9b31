"""Codes with which people choose a password of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("accounts", sa.Column("invite_hash", sa.String(length=64), nullable=True))
    op.add_column("accounts", sa.Column("invite_until", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("accounts", "invite_until")
    op.drop_column("accounts", "invite_hash")
