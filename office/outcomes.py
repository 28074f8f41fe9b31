"""Outcomes: how a visit can end, as the office has it; one of them is the default."""

from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    String,
    UniqueConstraint,
    bindparam,
    false,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import OutcomeMissing, OutcomeUnknown
from office.place import Names, Office
from storage.base import Base
from storage.work import Work


class Follow(StrEnum):
    """What an outcome brings with it."""

    NONE = "none"
    #: The clerk ticks what is missing, and the visitor may come back once.
    PAPERS = "papers"
    #: The visitor may come back once.
    RETURN = "return"


class Outcome(Base):
    """One way a visit can end."""

    __tablename__ = "outcomes"
    __table_args__ = (
        UniqueConstraint("office_id", "code"),
        CheckConstraint("follow IN ('none', 'papers', 'return')", name="follow"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    code: Mapped[str] = mapped_column(String(30))
    names: Mapped[Names]
    follow: Mapped[str] = mapped_column(String(10), default=Follow.NONE.value)
    is_default: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=0)
    #: No longer offered; visits have ended so.
    retired: Mapped[bool] = mapped_column(default=False, server_default=false())


#: What an office begins with: code, names, what follows.
FIRST: tuple[tuple[str, Names, Follow], ...] = (
    ("done", {"id": "Selesai", "en": "Done"}, Follow.NONE),
    (
        "documents_incomplete",
        {"id": "Berkas belum lengkap", "en": "Papers missing"},
        Follow.PAPERS,
    ),
    ("system_down", {"id": "Sistem gangguan", "en": "System down"}, Follow.RETURN),
    ("come_back", {"id": "Datang lagi", "en": "Come back"}, Follow.RETURN),
)


def first_outcomes(office_id: int) -> list[Outcome]:
    """Return the outcomes an office begins with, the first of them the default."""
    return [
        Outcome(
            office_id=office_id,
            code=code,
            names=names,
            follow=follow.value,
            is_default=position == 0,
            position=position,
        )
        for position, (code, names, follow) in enumerate(FIRST)
    ]


OUTCOMES = (
    select(Outcome)
    .where(Outcome.office_id == bindparam("office"))
    .order_by(Outcome.position, Outcome.id)
)


def outcomes_of(work: Work, office_id: int) -> list[Outcome]:
    """Return the outcomes that the office offers, in its own order."""
    return [each for each in all_outcomes(work, office_id) if not each.retired]


def all_outcomes(work: Work, office_id: int) -> list[Outcome]:
    """Return the office's outcomes in its own order, with those it no longer offers."""
    return list(work.session.scalars(OUTCOMES, {"office": office_id}))


def chosen_outcome(work: Work, office: Office, code: str | None) -> Outcome:
    """Return the outcome with `code`, or the default where none needs to be named.

    Raises OutcomeMissing or OutcomeUnknown.
    """
    if code is None and office.outcome_mandatory:
        raise OutcomeMissing(fields={"outcome": "required"})
    offered = outcomes_of(work, office.id)
    for outcome in offered:
        if outcome.code == code or (code is None and outcome.is_default):
            return outcome
    raise OutcomeUnknown(outcome=code, allowed=[each.code for each in offered])
