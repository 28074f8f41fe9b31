"""How visits end: outcomes of the office, rights to return, chained and further services, notes."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OUTCOMES = (
    ("done", {"id": "Selesai", "en": "Done"}, "none", True),
    ("documents_incomplete", {"id": "Berkas belum lengkap", "en": "Papers missing"}, "papers", 0),
    ("system_down", {"id": "Sistem gangguan", "en": "System down"}, "return", False),
    ("come_back", {"id": "Datang lagi", "en": "Come back"}, "return", False),
)


def upgrade() -> None:
    """Apply."""
    outcomes = op.create_table(
        "outcomes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(30), nullable=False),
        sa.Column("names", sa.JSON(), nullable=False),
        sa.Column("follow", sa.String(10), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("follow IN ('none', 'papers', 'return')", name=op.f("ck_outcomes_follow")),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_outcomes_office_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outcomes"),
        sa.UniqueConstraint("office_id", "code", name="uq_outcomes_office_id_code"),
    )
    op.create_table(
        "return_rights",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("missing", sa.JSON(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_return_rights_office_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_return_rights_ticket_id"),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name="fk_return_rights_service_id"
        ),
        sa.ForeignKeyConstraint(["used_by_id"], ["tickets.id"], name="fk_return_rights_used_by_id"),
        sa.PrimaryKeyConstraint("id", name="pk_return_rights"),
        sa.UniqueConstraint("ticket_id", name="uq_return_rights_ticket_id"),
        sa.UniqueConstraint("code_hash", name="uq_return_rights_code_hash"),
        sa.UniqueConstraint("used_by_id", name="uq_return_rights_used_by_id"),
    )
    op.create_table(
        "notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(300), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["offices.id"], name="fk_notes_office_id"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name="fk_notes_ticket_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name="fk_notes_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
    )
    op.create_index("ix_notes_office_id_ticket_id", "notes", ["office_id", "ticket_id"])
    op.add_column(
        "offices",
        sa.Column("outcome_mandatory", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column(
        "offices", sa.Column("return_days", sa.Integer(), nullable=False, server_default="14")
    )
    op.add_column(
        "offices", sa.Column("return_places", sa.Integer(), nullable=False, server_default="1")
    )
    # Spelt out, since SQLite adds a named reference only together with its column.
    op.execute(
        "ALTER TABLE services ADD COLUMN next_id INTEGER"
        " CONSTRAINT fk_services_next_id REFERENCES services (id)"
    )
    op.add_column("services", sa.Column("next_condition", sa.JSON(), nullable=True))
    op.add_column("tickets", sa.Column("further", sa.JSON(), nullable=True))
    offices = op.get_bind().execute(sa.text("SELECT id FROM offices ORDER BY id"))
    op.bulk_insert(
        outcomes,
        [
            {
                "office_id": office_id,
                "code": code,
                "names": names,
                "follow": follow,
                "is_default": bool(is_default),
                "position": position,
            }
            for (office_id,) in offices.all()
            for position, (code, names, follow, is_default) in enumerate(OUTCOMES)
        ],
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("tickets", "further")
    op.drop_column("services", "next_condition")
    op.drop_column("services", "next_id")
    for name in ("return_places", "return_days", "outcome_mandatory"):
        op.drop_column("offices", name)
    op.drop_index("ix_notes_office_id_ticket_id", table_name="notes")
    for name in ("notes", "return_rights", "outcomes"):
        op.drop_table(name)
