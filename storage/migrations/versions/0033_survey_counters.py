"""What respondents of each counter answered, by the month; how many forms of a year were deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

SUMS = (
    *("respondents", "points", "squares"),
    *("open_respondents", "open_points", "open_squares"),
)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "surveyed_counters",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counter_id", sa.Integer(), autoincrement=False, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in SUMS),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_surveyed_counters_office_id_offices")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_surveyed_counters_counter_id_counters")
        ),
        sa.PrimaryKeyConstraint(
            "office_id", "month", "counter_id", name=op.f("pk_surveyed_counters")
        ),
    )
    op.add_column(
        "skm_years", sa.Column("taken_out", sa.Integer(), server_default="0", nullable=False)
    )


def downgrade() -> None:
    """Undo."""
    op.drop_column("skm_years", "taken_out")
    op.drop_table("surveyed_counters")
