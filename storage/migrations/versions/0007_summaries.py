"""Past days in short, and the wait each service aims at."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "summaries",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("service", sa.String(length=20), nullable=False),
        sa.Column("span", sa.String(length=5), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("counted", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("span IN ('day', 'month', 'year')", name=op.f("ck_summaries_span")),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_summaries_office_id")
        ),
        sa.PrimaryKeyConstraint(
            "office_id", "service", "span", "first", name=op.f("pk_summaries")
        ),
    )
    op.create_index("ix_journal_office_id_day", "journal", ["office_id", "day"], unique=False)
    # in one statement, since SQLite would otherwise have to write the referenced table anew
    op.execute(
        "ALTER TABLE services ADD COLUMN wait_target_seconds INTEGER"
        " CONSTRAINT ck_services_wait_target CHECK (wait_target_seconds > 0)"
    )


def downgrade() -> None:
    """Take back."""
    op.execute("ALTER TABLE services DROP COLUMN wait_target_seconds")
    op.drop_index("ix_journal_office_id_day", table_name="journal")
    op.drop_table("summaries")
