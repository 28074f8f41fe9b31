"""Single sign-on: whom the provider knows as the holder of an account."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("accounts", sa.Column("subject_hash", sa.String(64), nullable=True))
    # A constraint of its own would make SQLite write the table anew.
    op.create_index("uq_accounts_subject_hash", "accounts", ["subject_hash"], unique=True)


def downgrade() -> None:
    """Take back."""
    op.drop_index("uq_accounts_subject_hash", table_name="accounts")
    op.drop_column("accounts", "subject_hash")
