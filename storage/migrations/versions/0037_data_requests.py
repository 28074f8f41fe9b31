"""Requests about personal data."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "data_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("wish", sa.String(12), nullable=False),
        sa.Column("proof", sa.String(20), nullable=False),
        sa.Column("ticket_id", sa.Integer()),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(1000)),
        sa.Column("answer", sa.String(1000)),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint(
            "wish IN ('access', 'correction', 'deletion')", name=op.f("ck_data_requests_wish")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'refused')", name=op.f("ck_data_requests_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at IS NULL)", name=op.f("ck_data_requests_answered")
        ),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_data_requests_office_id")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_id"], ["tickets.id"], name=op.f("fk_data_requests_ticket_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_requests")),
    )
    op.create_index("ix_data_requests_office_id_state", "data_requests", ["office_id", "state"])
    op.create_index("ix_data_requests_ticket_id", "data_requests", ["ticket_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_table("data_requests")
