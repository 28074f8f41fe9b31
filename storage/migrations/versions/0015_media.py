"""Media between calls, and the office's logo."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "media",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("titles", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("begins", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("captions", sa.Text(), nullable=True),
        sa.Column("broken_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind IN ('picture', 'video', 'notice')", name=op.f("ck_media_kind")),
        sa.CheckConstraint("(kind = 'notice') = (file IS NULL)", name=op.f("ck_media_file")),
        sa.CheckConstraint("seconds BETWEEN 5 AND 300", name=op.f("ck_media_seconds")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_media_office_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_media_zone_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index("ix_media_office_id", "media", ["office_id"])
    op.create_table(
        "logos",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_logos_office_id")),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_logos")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("logos")
    op.drop_index("ix_media_office_id", "media")
    op.drop_table("media")
