"""The opening of an office: where its real life begins, and visits of a rehearsal without a day."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

MUST, MAY = "day DATE NOT NULL", "day DATE"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "offices", sa.Column("opened_version", sa.Integer(), nullable=False, server_default="0")
    )
    _let_day(MUST, MAY)


def downgrade() -> None:
    """Take back."""
    # before all days, and apart from one another by their ids
    op.execute(
        "UPDATE tickets SET day = '0001-01-01', prefix = '', number = id WHERE day IS NULL"
    )
    _let_day(MAY, MUST)
    op.drop_column("offices", "opened_version")


def _let_day(former: str, present: str) -> None:
    """Let a ticket's day be unknown, or not.

    SQLite cannot alter a column, and the table, which others refer to, cannot be made anew within a
    transaction. Its words can be changed instead: https://www.sqlite.org/lang_altertable.html,
    section 8, names just this case.
    """
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.alter_column("tickets", "day", existing_type=sa.Date(), nullable=present == MAY)
        return
    wrote = sa.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = 'tickets'")
    words = str(bind.execute(wrote).scalar_one())
    assert words.count(f"\t{former},") == 1 or words.count(f" {former},") == 1, words
    version = int(bind.execute(sa.text("PRAGMA schema_version")).scalar_one())
    bind.execute(sa.text("PRAGMA writable_schema = ON"))
    bind.execute(
        sa.text("UPDATE sqlite_schema SET sql = :sql WHERE type = 'table' AND name = 'tickets'"),
        {"sql": words.replace(f"{former},", f"{present},")},
    )
    bind.execute(sa.text(f"PRAGMA schema_version = {version + 1}"))
    bind.execute(sa.text("PRAGMA writable_schema = OFF"))
