"""How an office's waiting room speaks, and the words it recorded itself."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "voice_settings",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("speed", sa.Integer(), nullable=False),
        sa.Column("pitch", sa.Integer(), nullable=False),
        sa.Column("tone", sa.String(length=10), nullable=False),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("stretches", sa.JSON(), nullable=False),
        sa.Column("english", sa.String(length=10), nullable=False),
        sa.Column("style", sa.String(length=10), nullable=False),
        sa.Column("counter_name", sa.String(length=10), nullable=False),
        sa.Column("templates", sa.JSON(), nullable=False),
        sa.Column("recall_after", sa.Integer(), nullable=False),
        sa.Column("stamp", sa.Integer(), nullable=False),
        sa.CheckConstraint("pitch BETWEEN 0 AND 99", name=op.f("ck_voice_settings_pitch")),
        sa.CheckConstraint(
            "recall_after BETWEEN 0 AND 120", name=op.f("ck_voice_settings_recall_after")
        ),
        sa.CheckConstraint("repeats BETWEEN 1 AND 3", name=op.f("ck_voice_settings_repeats")),
        sa.CheckConstraint("speed BETWEEN 60 AND 150", name=op.f("ck_voice_settings_speed")),
        sa.CheckConstraint("volume BETWEEN 0 AND 100", name=op.f("ck_voice_settings_volume")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_voice_settings_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_voice_settings")),
    )
    op.create_table(
        "voice_clips",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(length=2), nullable=False),
        sa.Column("key", sa.String(length=20), nullable=False),
        sa.Column("wav", sa.LargeBinary(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_voice_clips_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", "locale", "key", name=op.f("pk_voice_clips")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("voice_clips")
    op.drop_table("voice_settings")
