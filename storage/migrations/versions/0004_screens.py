"""Parts of the waiting room and the screens that hang there."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "zones",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("arrow", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "arrow IN ('left', 'right', 'ahead', 'up', 'down')", name=op.f("ck_zones_arrow")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_zones_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zones")),
    )
    op.create_index("ix_zones_office_id", "zones", ["office_id"], unique=False)
    op.create_table(
        "zone_counters",
        sa.Column("zone_id", sa.Integer(), nullable=False),
        sa.Column("counter_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_zone_counters_counter_id")
        ),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_zone_counters_zone_id")),
        sa.PrimaryKeyConstraint("zone_id", "counter_id", name=op.f("pk_zone_counters")),
    )
    op.create_table(
        "screens",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("zone_id", sa.Integer(), nullable=True),
        sa.Column("counter_id", sa.Integer(), nullable=True),
        sa.Column("layout", sa.String(length=10), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("build", sa.String(length=16), nullable=True),
        sa.Column("sound", sa.String(length=10), nullable=False),
        sa.Column("sound_since", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "layout <> 'sign' OR counter_id IS NOT NULL", name=op.f("ck_screens_sign")
        ),
        sa.CheckConstraint(
            "layout IN ('standard', 'big', 'list', 'sign', 'line')",
            name=op.f("ck_screens_layout"),
        ),
        sa.CheckConstraint(
            "sound IN ('unknown', 'ready', 'refused', 'no_device', 'no_voice', 'none')",
            name=op.f("ck_screens_sound"),
        ),
        sa.ForeignKeyConstraint(
            ["counter_id"], ["counters.id"], name=op.f("fk_screens_counter_id")
        ),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name=op.f("fk_screens_office_id")),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_screens_token_id")),
        sa.ForeignKeyConstraint(["zone_id"], ["zones.id"], name=op.f("fk_screens_zone_id")),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_screens")),
    )
    op.create_index("ix_screens_office_id", "screens", ["office_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_screens_office_id", table_name="screens")
    op.drop_table("screens")
    op.drop_table("zone_counters")
    op.drop_index("ix_zones_office_id", table_name="zones")
    op.drop_table("zones")
