"""Results of the survey: sums of forms, weights of years, published periods, actions."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

ELEMENTS = (
    *("persyaratan", "prosedur", "waktu", "biaya", "produk", "kompetensi", "perilaku"),
    *("sarana", "pengaduan"),
)


#: What a form's answers sum to, where it has one of each element.
POINTS = """
UPDATE skm_forms SET points = (
    SELECT sum(score) FROM skm_answers WHERE skm_answers.form_id = skm_forms.id
)
WHERE filled AND (
    SELECT count(*) FROM skm_answers WHERE skm_answers.form_id = skm_forms.id
) = 9
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("skm_forms", sa.Column("points", sa.Integer(), nullable=True))
    op.execute(POINTS)
    op.create_table(
        "skm_years",
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("weight", sa.String(5), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.CheckConstraint("weight IN ('exact', '0.111', '0.11')", name=op.f("ck_skm_years_weight")),
        _to("skm_years", "office_id", "offices"),
        sa.PrimaryKeyConstraint("office_id", "year", name=op.f("pk_skm_years")),
    )
    op.create_table(
        "skm_publications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("until_form", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        _to("skm_publications", "office_id", "offices"),
        _to("skm_publications", "account_id", "accounts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skm_publications")),
        sa.UniqueConstraint("office_id", "period", name=op.f("uq_skm_publications_office_id_period")),
    )
    op.create_table(
        "skm_actions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("office_id", sa.Integer(), nullable=False),
        sa.Column("element", sa.String(12), nullable=False),
        sa.Column("what", sa.String(300), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("due", sa.Date(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("begun", sa.Date(), nullable=False),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.CheckConstraint(
            f"element IN ({', '.join(map(repr, ELEMENTS))})", name=op.f("ck_skm_actions_element")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'dropped')", name=op.f("ck_skm_actions_state")
        ),
        sa.CheckConstraint("(state = 'open') = (ended IS NULL)", name=op.f("ck_skm_actions_ended")),
        _to("skm_actions", "office_id", "offices"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skm_actions")),
    )
    op.create_index("ix_skm_actions_office_id", "skm_actions", ["office_id"])


def downgrade() -> None:
    """Take back; weights, publications and actions are lost."""
    op.drop_index("ix_skm_actions_office_id", table_name="skm_actions")
    for table in ("skm_actions", "skm_publications", "skm_years"):
        op.drop_table(table)
    op.drop_column("skm_forms", "points")


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    """Return a reference to another table."""
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))
