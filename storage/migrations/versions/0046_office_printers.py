"""The printer that an office of an installation chose for itself."""

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "office_printers",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_office_printers_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_office_printers")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("office_printers")
