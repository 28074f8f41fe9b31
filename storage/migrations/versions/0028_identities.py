"""A limit of numbers by applicant: the day's key, and how many numbers each pass was given."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # Spelt out, since SQLite adds a check only together with its column.
    op.execute(
        "ALTER TABLE kiosk_rules ADD COLUMN per_identity INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_kiosk_rules_per_identity CHECK (per_identity BETWEEN 0 AND 20)"
    )
    op.create_table(
        "identity_keys",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_identity_keys_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", name=op.f("pk_identity_keys")),
    )
    op.create_table(
        "identity_uses",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("numbers", sa.Integer(), nullable=False),
        sa.CheckConstraint("numbers > 0", name=op.f("ck_identity_uses_numbers")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_identity_uses_office_id")
        ),
        sa.PrimaryKeyConstraint("office_id", "digest", name=op.f("pk_identity_uses")),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_table("identity_uses")
    op.drop_table("identity_keys")
    op.drop_column("kiosk_rules", "per_identity")
