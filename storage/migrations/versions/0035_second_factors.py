"""People can have a second factor, and an office can ask its managers for one."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("accounts", sa.Column("totp_salt", sa.String(32)))
    op.add_column("accounts", sa.Column("totp_step", sa.Integer()))
    op.add_column("accounts", sa.Column("recovery_hashes", sa.JSON()))
    op.add_column(
        "offices",
        sa.Column("second_factor", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("offices", "second_factor")
    for name in ("recovery_hashes", "totp_step", "totp_salt"):
        op.drop_column("accounts", name)
