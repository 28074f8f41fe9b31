"""Secrets that a reprint voided, and what visitors need for the moment."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "void_secrets",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_void_secrets_office_id_offices")
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_void_secrets")),
    )
    op.create_index("ix_void_secrets_office_id", "void_secrets", ["office_id"])
    op.create_table(
        "moment_needs",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("needs", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_moment_needs_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_moment_needs_ticket_id_tickets")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_moment_needs")),
    )
    op.create_index("ix_moment_needs_office_id", "moment_needs", ["office_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("moment_needs")
    op.drop_table("void_secrets")
