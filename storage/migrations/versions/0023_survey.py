"""The questionnaire on the running office: its versions, forms, draws and files taken over."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

ELEMENTS = (
    *("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku"),
    *("sarana", "pengaduan"),
)
TABLES = (
    *("skm_answers", "skm_forms", "skm_uploads", "skm_draws", "skm_questionnaires"),
    *("surveyed_visits", "surveyed_hours"),
)


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "skm_questionnaires",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        _to("skm_questionnaires", "office_id", "offices"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skm_questionnaires")),
        sa.UniqueConstraint("office_id", "number", name=op.f("uq_skm_questionnaires_office_id_number")),
    )
    op.create_table(
        "skm_uploads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", moment, nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        _to("skm_uploads", "office_id", "offices"),
        _to("skm_uploads", "account_id", "accounts"),
        _to("skm_uploads", "service_id", "services"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skm_uploads")),
    )
    op.create_index(
        "uq_skm_uploads_kept",
        "skm_uploads",
        ["office_id", "digest"],
        unique=True,
        sqlite_where=sa.text("content IS NULL"),
        postgresql_where=sa.text("content IS NULL"),
    )
    op.create_table(
        "skm_forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.Integer(), nullable=True),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("drawn", sa.Boolean(), nullable=False),
        sa.Column("filled", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.String(10), nullable=True)
            for name in ("sex", "age", "education", "occupation")
        ),
        sa.Column("comment", sa.String(), nullable=True),
        sa.Column("form_number", sa.Integer(), nullable=True),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("upload_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "channel IN ('phone', 'tablet', 'paper', 'file')", name=op.f("ck_skm_forms_channel")
        ),
        sa.CheckConstraint(
            "(channel = 'paper') = (form_number IS NOT NULL)",
            name=op.f("ck_skm_forms_form_number"),
        ),
        _to("skm_forms", "office_id", "offices"),
        _to("skm_forms", "service_id", "services"),
        _to("skm_forms", "typed_by_id", "accounts"),
        _to("skm_forms", "upload_id", "skm_uploads"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skm_forms")),
        sa.UniqueConstraint(
            "office_id", "year", "form_number", name=op.f("uq_skm_forms_office_id_year_form_number")
        ),
    )
    op.create_index("ix_skm_forms_office_id_day", "skm_forms", ["office_id", "day"])
    op.create_table(
        "skm_answers",
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(12), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            f"element IN ({', '.join(map(repr, ELEMENTS))})", name=op.f("ck_skm_answers_element")
        ),
        sa.CheckConstraint("score BETWEEN 1 AND 4", name=op.f("ck_skm_answers_score")),
        _to("skm_answers", "form_id", "skm_forms"),
        sa.PrimaryKeyConstraint("form_id", "element", "place", name=op.f("pk_skm_answers")),
    )
    op.create_table(
        "skm_draws",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("percent BETWEEN 0 AND 100", name=op.f("ck_skm_draws_percent")),
        _to("skm_draws", "office_id", "offices"),
        _to("skm_draws", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skm_draws")),
        sa.UniqueConstraint("office_id", "first_day", name=op.f("uq_skm_draws_office_id_first_day")),
    )
    op.create_table(
        "surveyed_visits",
        sa.Column("ticket_id", sa.Integer(), autoincrement=False, nullable=False),
        _to("surveyed_visits", "ticket_id", "tickets"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_surveyed_visits")),
    )
    op.create_table(
        "surveyed_hours",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("hour", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        _to("surveyed_hours", "office_id", "offices"),
        sa.PrimaryKeyConstraint("office_id", "month", "hour", name=op.f("pk_surveyed_hours")),
    )


def downgrade() -> None:
    """Take back; questionnaires, forms and draws are lost."""
    op.drop_index("ix_skm_forms_office_id_day", table_name="skm_forms")
    op.drop_index("uq_skm_uploads_kept", table_name="skm_uploads")
    for table in TABLES:
        op.drop_table(table)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """Return a reference to another table."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
