"""The roster: who is planned at which counter, when, and when their break is."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "roster_shifts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("break_begins", sa.Time(), nullable=True),
        sa.Column("break_ends", sa.Time(), nullable=True),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_roster_shifts_days")),
        sa.CheckConstraint("begins < ends", name=op.f("ck_roster_shifts_hours")),
        sa.CheckConstraint(
            "(break_begins IS NULL) = (break_ends IS NULL)", name=op.f("ck_roster_shifts_break")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_roster_shifts_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_roster_shifts_counter_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_roster_shifts_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roster_shifts")),
    )
    op.create_index(
        "ix_roster_shifts_office_id_last_day", "roster_shifts", ["office_id", "last_day"]
    )


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_roster_shifts_office_id_last_day", "roster_shifts")
    op.drop_table("roster_shifts")
