"""Print agents beside kiosks, and how each printer is."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "printer_states",
        sa.Column("printer", sa.String(length=200), nullable=False),
        sa.Column("trouble", sa.String(length=20), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("printer", name=op.f("pk_printer_states")),
    )
    op.create_table(
        "print_agents",
        sa.Column("token_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("kiosk_token_id", sa.Integer(), nullable=True),
        sa.Column("paper", sa.String(length=80), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["kiosk_token_id"], ["tokens.id"], name=op.f("fk_print_agents_kiosk_token_id")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_print_agents_office_id")
        ),
        sa.ForeignKeyConstraint(["token_id"], ["tokens.id"], name=op.f("fk_print_agents_token_id")),
        sa.PrimaryKeyConstraint("token_id", name=op.f("pk_print_agents")),
    )
    op.create_index("ix_print_agents_office_id", "print_agents", ["office_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_print_agents_office_id", table_name="print_agents")
    op.drop_table("print_agents")
    op.drop_table("printer_states")
