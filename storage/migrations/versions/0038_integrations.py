"""Webhooks, and the scopes of programs' tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("families", sa.JSON(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.String(120), nullable=True),
        sa.Column("failing_since", AT, nullable=True),
        sa.Column("next_try_at", AT, nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_webhooks_office_id_offices")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index("ix_webhooks_office_id", "webhooks", ["office_id"])
    op.add_column("tokens", sa.Column("scopes", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Take back."""
    op.drop_column("tokens", "scopes")
    op.drop_table("webhooks")
