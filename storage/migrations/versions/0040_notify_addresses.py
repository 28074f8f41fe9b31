"""Messages to visitors: the place in line at which they are told, and where, while a visit lasts."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Spelt out, since SQLite adds a check only together with its column.
    op.execute(
        "ALTER TABLE kiosk_rules ADD COLUMN notify_place INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_kiosk_rules_notify_place CHECK (notify_place BETWEEN 0 AND 20)"
    )
    op.create_table(
        "notify_addresses",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("address", sa.String(120), nullable=False),
        sa.Column("locale", sa.String(5), nullable=False),
        sa.Column("told", sa.String(10), nullable=True),
        sa.Column("trying", sa.String(10), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "way IN ('mail', 'telegram', 'whatsapp')", name=op.f("ck_notify_addresses_way")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_notify_addresses_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_notify_addresses_ticket_id")
        ),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_notify_addresses")),
    )
    op.create_index("ix_notify_addresses_office_id", "notify_addresses", ["office_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("notify_addresses")
    op.drop_column("kiosk_rules", "notify_place")
