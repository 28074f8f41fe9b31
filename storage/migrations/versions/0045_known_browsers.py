"""Browsers in which a person has signed in before, which have tries of their own to do so."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "known_browsers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_known_browsers_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_browsers")),
        sa.UniqueConstraint(
            "account_id", "secret_hash", name=op.f("uq_known_browsers_account_id_secret_hash")
        ),
    )
    op.create_index("ix_known_browsers_secret_hash", "known_browsers", ["secret_hash"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("known_browsers")
