"""What was told today under the day's key, and when a webhook's receiver took something last."""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("webhooks", sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("notify_addresses", sa.Column("digest", sa.String(64), nullable=True))
    op.create_table(
        "notify_tallies",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("told", sa.String(10), nullable=True),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_notify_tallies_office_id_offices")
        ),
        sa.PrimaryKeyConstraint("office_id", "digest", name=op.f("pk_notify_tallies")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("notify_tallies")
    op.drop_column("notify_addresses", "digest")
    op.drop_column("webhooks", "arrived_at")
