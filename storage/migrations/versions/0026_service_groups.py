"""Groups in which kiosks show the services."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "service_groups",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_id"], ["offices.id"], name=op.f("fk_service_groups_office_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_groups")),
        sa.UniqueConstraint(
            "office_id", "position", name=op.f("uq_service_groups_office_id_position")
        ),
    )
    # Spelt out, since SQLite adds a named reference only together with its column.
    op.execute(
        "ALTER TABLE services ADD COLUMN group_id INTEGER"
        " CONSTRAINT fk_services_group_id REFERENCES service_groups (id)"
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("services", "group_id")
    op.drop_table("service_groups")
