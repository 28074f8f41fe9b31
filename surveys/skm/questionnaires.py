"""The office's questionnaire in versions: its own wording of the nine elements, none ever lost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Invalid
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work
from surveys.skm.elements import BY_KEY, ELEMENTS, Element, Words

#: Most questions about one element, whose mean counts; and most letters of a question.
MOST = 3
LONGEST = 300


class SkmQuestionnaire(Base):
    """One version; the newest is the one that is asked. Without any, the standard one is."""

    __tablename__ = "skm_questionnaires"
    __table_args__ = (UniqueConstraint("office_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    #: From 1; 0 is the standard one, which has no row.
    number: Mapped[int]
    since: Mapped[datetime]
    #: By element, its questions as [Indonesian, English].
    questions: Mapped[dict[str, Any]]


@dataclass(frozen=True)
class Question:
    """One question about an element; its four answers are the rule's."""

    element: Element
    #: Among the questions about the same element, from 0.
    place: int
    words: Words

    @property
    def field(self) -> str:
        """The name of its field in forms."""
        return f"{self.element.key}-{self.place}"


@dataclass(frozen=True)
class Questionnaire:
    """What is asked, in the order of the form."""

    number: int
    questions: Sequence[Question]
    since: datetime | None = None


def _made(number: int, told: Mapping[str, Any], since: datetime | None = None) -> Questionnaire:
    return Questionnaire(
        number,
        [
            Question(element, place, Words(*words))
            for element in ELEMENTS
            for place, words in enumerate(told[element.key])
        ],
        since,
    )


STANDARD = _made(0, {each.key: [list(each.question)] for each in ELEMENTS})


def asked_now(work: Work, office_id: int) -> Questionnaire:
    """Return the version that is asked at present."""
    row = work.session.scalars(
        select(SkmQuestionnaire)
        .where(SkmQuestionnaire.office_id == office_id)
        .order_by(SkmQuestionnaire.number.desc())
        .limit(1)
    ).first()
    return STANDARD if row is None else _made(row.number, row.questions, row.since)


def told_of(work: Work, office_id: int) -> dict[str, Any]:
    """Return what is asked at present as the journal tells it."""
    asked = asked_now(work, office_id).questions
    return {
        "questions": {
            key: [list(each.words) for each in asked if each.element.key == key] for key in BY_KEY
        }
    }


def numbered(work: Work, office_id: int, number: int) -> Questionnaire:
    """Return a version by its number, which forms carry; the present one where there is none."""
    if number == 0:
        return STANDARD
    row = work.session.scalars(
        select(SkmQuestionnaire).where(
            SkmQuestionnaire.office_id == office_id, SkmQuestionnaire.number == number
        )
    ).first()
    return (
        asked_now(work, office_id) if row is None else _made(row.number, row.questions, row.since)
    )


def put_in_force(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    wanted: Mapping[str, Sequence[Words]],
) -> Questionnaire:
    """Ask these questions from now on, as a new version. Raises Forbidden or Invalid.

    PermenPANRB 14/2017 lets an office word its questions and ask several of an element; each of
    the nine elements stays, with its four answers.
    """
    actor.need(Right.MANAGE)
    wrong = {BY_KEY[key].name.id: said for key in BY_KEY if (said := _fault(wanted.get(key, ())))}
    if wrong or set(wanted) - set(BY_KEY):
        raise Invalid(fields=wrong or {"elements": "unknown"})
    former = told_of(work, office.id)
    newest = work.session.scalar(
        select(func.max(SkmQuestionnaire.number)).where(SkmQuestionnaire.office_id == office.id)
    )
    row = SkmQuestionnaire(
        office_id=office.id,
        number=(newest or 0) + 1,
        since=now,
        questions={key: [list(each) for each in wanted[key]] for key in BY_KEY},
    )
    work.session.add(row)
    journal.append_change(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        former,
        {"questions": row.questions},
        part="questionnaire",
        number=row.number,
    )
    return _made(row.number, row.questions, now)


def _fault(questions: Sequence[Words]) -> str:
    """Return what is wrong with the questions of one element, or nothing."""
    if not 1 <= len(questions) <= MOST:
        return f"between 1 and {MOST} questions"
    if any(not text.strip() or len(text) > LONGEST for words in questions for text in words):
        return f"each question in both languages, of at most {LONGEST} letters"
    return ""
