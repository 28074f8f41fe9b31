"""Breaks and the last action of a counter, and the only counter a step waits for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTER_COLUMNS = ("paused_at", "pause_reason", "back_at", "desk_work", "last_action")


def upgrade() -> None:
    """Apply."""
    # Spelt out, since SQLite adds a named reference only together with its column.
    op.execute(
        "ALTER TABLE steps ADD COLUMN only_counter_id INTEGER"
        " CONSTRAINT fk_steps_only_counter_id REFERENCES counters (id)"
    )
    at = sa.DateTime(timezone=True)
    op.add_column("counters", sa.Column("paused_at", at, nullable=True))
    op.add_column("counters", sa.Column("pause_reason", sa.String(20), nullable=True))
    op.add_column("counters", sa.Column("back_at", at, nullable=True))
    op.add_column(
        "counters", sa.Column("desk_work", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("counters", sa.Column("last_action", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take back."""
    for name in COUNTER_COLUMNS:
        op.drop_column("counters", name)
    op.drop_column("steps", "only_counter_id")
