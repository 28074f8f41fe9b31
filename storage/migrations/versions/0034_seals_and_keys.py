"""Each row of a journal is sealed with those before it; devices have keys that can be replaced."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply; rows written before this have no seal, and are named so when seals are checked."""
    op.add_column("offices", sa.Column("seal", sa.String(64)))
    op.add_column("journal", sa.Column("seal", sa.String(64)))
    op.add_column("tokens", sa.Column("place", sa.String(120), server_default=sa.text("''"), nullable=False))
    op.add_column("tokens", sa.Column("generation", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    """Take back."""
    op.drop_column("tokens", "generation")
    op.drop_column("tokens", "place")
    op.drop_column("journal", "seal")
    op.drop_column("offices", "seal")
