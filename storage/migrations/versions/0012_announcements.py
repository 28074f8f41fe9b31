"""Who speaks in each zone of a waiting room, and when each call was said."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "zone_voices",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("zone", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seat", sa.String(length=40), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_zone_voices_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", "zone", name=op.f("pk_zone_voices")),
    )
    op.create_table(
        "announcements",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'speaking', 'ended')", name=op.f("ck_announcements_state")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_announcements_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", "version", "zone", name=op.f("pk_announcements")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("announcements")
    op.drop_table("zone_voices")
