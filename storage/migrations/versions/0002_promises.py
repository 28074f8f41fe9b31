"""What was promised with each ticket."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "promises",
        sa.Column("step_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("median_s", sa.Integer(), nullable=False),
        sa.Column("p90_s", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "median_s >= 0 AND median_s <= p90_s", name=op.f("ck_promises_in_order")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_promises_office_id")),
        sa.ForeignKeyConstraint(["step_id"], ["steps.id"], name=op.f("fk_promises_step_id")),
        sa.PrimaryKeyConstraint("step_id", name=op.f("pk_promises")),
    )
    op.create_index("ix_promises_office_id_day", "promises", ["office_id", "day"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_promises_office_id_day", table_name="promises")
    op.drop_table("promises")
