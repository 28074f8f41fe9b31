"""The texts of an office's own slip."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "slip_texts",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=5), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_slip_texts_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", "locale", name=op.f("pk_slip_texts")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("slip_texts")
