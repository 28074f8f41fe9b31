"""Numbers taken on one's own phone at the entrance: for how many minutes after its code."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Spelt out, since SQLite adds a check only together with its column.
    op.execute(
        "ALTER TABLE kiosk_rules ADD COLUMN phone_minutes INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_kiosk_rules_phone_minutes CHECK (phone_minutes BETWEEN 0 AND 30)"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("kiosk_rules", "phone_minutes")
