"""What a number is for beyond one file of one service, the rules of kiosks, and their rests."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

LIMITS = {
    "most_matters": (1, 5),
    "most_files": (1, 20),
    "in_a_minute": (0, 60),
    "rest_minutes": (1, 30),
}


def upgrade() -> None:
    """Apply."""
    op.add_column("tickets", sa.Column("matters", sa.JSON(), nullable=True))
    op.create_table(
        "kiosk_rules",
        sa.Column("office_id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in LIMITS),
        *(
            sa.CheckConstraint(
                f"{name} BETWEEN {least} AND {most}", name=op.f(f"ck_kiosk_rules_{name}")
            )
            for name, (least, most) in LIMITS.items()
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_kiosk_rules_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_kiosk_rules")),
    )
    op.create_table(
        "kiosk_rests",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_kiosk_rests_token_id")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_kiosk_rests_office_id")
        ),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_kiosk_rests")),
    )
    op.create_index("ix_kiosk_rests_office_id_until", "kiosk_rests", ["office_id", "until"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_kiosk_rests_office_id_until", table_name="kiosk_rests")
    op.drop_table("kiosk_rests")
    op.drop_table("kiosk_rules")
    op.drop_column("tickets", "matters")
