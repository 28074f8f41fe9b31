"""Filled questionnaires: no way leads back to the visit beyond its service, day and channel."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Conflict, Forbidden, Invalid, NotYetServed, ServiceUnknown, Unknown
from office.notes import IDENTITY
from office.people import Actor, Right
from office.place import Office, Service
from office.tickets import Status, Step, Ticket
from storage.base import LARGEST, Base
from storage.work import Work
from surveys import ratings
from surveys.rules import rules_of
from surveys.skm import desks
from surveys.skm.elements import KEYS
from surveys.skm.questionnaires import Question, Questionnaire
from surveys.skm.respondents import TRAITS

#: Longest words kept, in characters.
COMMENT_LIMIT = 1000
_KEYS = ", ".join(f"'{key}'" for key in KEYS)


class AlreadySurveyed(Conflict):
    """A questionnaire has been filled in for this visit."""

    code = "already_surveyed"


class FormUnfilled(Invalid):
    """Not every question was answered."""

    code = "form_unfilled"


class FormNumberTaken(Conflict):
    """A paper form with this number has been typed in for that year."""

    code = "form_number_taken"


class TypedByRated(Forbidden):
    """Whoever served visitors of that service on that day does not type in what they say."""

    code = "typed_by_rated"


class FormUnknown(Unknown):
    """There is no such paper form, or somebody else typed it in."""

    code = "form_unknown"


class Channel(StrEnum):
    """How a form came."""

    PHONE = "phone"
    TABLET = "tablet"
    PAPER = "paper"
    FILE = "file"


class SkmForm(Base):
    """One respondent's form. No moment is kept, and nothing leads to the ticket."""

    __tablename__ = "skm_forms"
    __table_args__ = (
        UniqueConstraint("office_id", "year", "form_number"),
        CheckConstraint("channel IN ('phone', 'tablet', 'paper', 'file')", name="channel"),
        CheckConstraint("(channel = 'paper') = (form_number IS NOT NULL)", name="form_number"),
        Index("ix_skm_forms_office_id_day", "office_id", "day"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    #: The version of the questionnaire; 0 is the standard one.
    questionnaire: Mapped[int]
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    #: The day of the visit, and its year, in which numbers of paper forms are unique.
    day: Mapped[date]
    year: Mapped[int]
    channel: Mapped[str] = mapped_column(String(10))
    #: Whether the visit had been drawn at random; else the answer was volunteered.
    drawn: Mapped[bool]
    #: Whether every question has an answer; else the form counts in no index.
    filled: Mapped[bool]
    #: The sum of its scores, where it is filled and has one question of each element.
    points: Mapped[int | None]
    sex: Mapped[str | None] = mapped_column(String(10))
    age: Mapped[str | None] = mapped_column(String(10))
    education: Mapped[str | None] = mapped_column(String(10))
    occupation: Mapped[str | None] = mapped_column(String(10))
    comment: Mapped[str | None]
    form_number: Mapped[int | None]
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    upload_id: Mapped[int | None] = mapped_column(ForeignKey("skm_uploads.id"))


class SkmAnswer(Base):
    """The score given to one question of a form."""

    __tablename__ = "skm_answers"
    __table_args__ = (
        CheckConstraint(f"element IN ({_KEYS})", name="element"),
        CheckConstraint("score BETWEEN 1 AND 4", name="score"),
    )

    form_id: Mapped[int] = mapped_column(ForeignKey("skm_forms.id"), primary_key=True)
    element: Mapped[str] = mapped_column(String(12), primary_key=True)
    #: Among the questions about the element, from 0.
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    score: Mapped[int]


class SurveyedVisit(Base):
    """That a questionnaire was filled in for a visit; not which."""

    __tablename__ = "surveyed_visits"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id"), primary_key=True, autoincrement=False
    )


class SurveyedHour(Base):
    """How many who answered had come in an hour of the day, per month: apart from their forms."""

    __tablename__ = "surveyed_hours"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


Scores = Mapping[Question, int]
Profile = Mapping[str, str | None]


def may_answer(work: Work, ticket: Ticket, now: datetime) -> bool:
    """Say whether the questionnaire can still be filled in for a visit."""
    return (
        ticket.status == Status.DONE
        and ratings.is_open(work, ticket, now)
        and work.session.get(SurveyedVisit, ticket.id) is None
    )


def need_answerable(work: Work, ticket: Ticket, now: datetime) -> None:
    """Raise NotYetServed, AlreadySurveyed or RatingOver unless the visit can be answered for."""
    if ticket.status != Status.DONE:
        raise NotYetServed(status=ticket.status)
    if work.session.get(SurveyedVisit, ticket.id) is not None:
        raise AlreadySurveyed()
    if not ratings.is_open(work, ticket, now):
        raise ratings.RatingOver()


def answer(
    work: Work,
    office: Office,
    now: datetime,
    ticket: Ticket,
    channel: Channel,
    questionnaire: Questionnaire,
    scores: Scores,
    profile: Profile,
    comment: str,
    *,
    drawn: bool,
) -> None:
    """Keep what the holder of a ticket answered, once.

    The journal has no row of it, and no answer to the request is kept: neither a moment nor a
    fingerprint leads from a form to its ticket. Raises NotYetServed, AlreadySurveyed, RatingOver,
    or FormUnfilled for a question without an answer.
    """
    need_answerable(work, ticket, now)
    if len(scores) < len(questionnaire.questions):
        raise FormUnfilled()
    step = ticket.step
    work.session.add(SurveyedVisit(ticket_id=ticket.id))
    keep(
        work,
        questionnaire,
        scores,
        SkmForm(
            office_id=office.id,
            service_id=step.service_id,
            day=ticket.day,
            channel=channel.value,
            drawn=drawn,
            comment=_words(comment),
            **profile,
        ),
    )
    _count_hour(work, office, ticket.day, ticket.arrived_at)
    if step.counter_id is not None:
        given: defaultdict[str, list[int]] = defaultdict(list)
        for question, score in scores.items():
            given[question.element.key].append(score)
        desks.add(
            work,
            office.id,
            step.counter_id,
            ticket.day,
            [Fraction(sum(each), len(each)) for each in given.values()],
            rules_of(work, office.id).least,
        )


def type_in(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    service_id: int,
    day: date,
    form_number: int,
    questionnaire: Questionnaire,
    scores: Scores,
    profile: Profile,
) -> SkmForm:
    """Keep a paper form with who typed it in; questions left open are left open.

    Raises Forbidden, Invalid, ServiceUnknown, FormNumberTaken, or TypedByRated for whoever served
    visitors of the service on that day.
    """
    actor.need(Right.TYPE_SURVEYS)
    service = work.session.get(Service, service_id)
    if service is None or service.office_id != office.id:
        raise ServiceUnknown()
    if day > office.today(now):
        raise Invalid(fields={"day": "not over yet"})
    if not 1 <= form_number <= LARGEST:
        raise Invalid(fields={"form_number": "not accepted"})
    if _served(work, office, actor, service_id, day):
        raise TypedByRated()
    taken = select(SkmForm.id).where(
        SkmForm.office_id == office.id,
        SkmForm.year == day.year,
        SkmForm.form_number == form_number,
    )
    if work.session.scalar(taken) is not None:
        raise FormNumberTaken(name=form_number)
    return keep(
        work,
        questionnaire,
        scores,
        SkmForm(
            office_id=office.id,
            service_id=service_id,
            day=day,
            channel=Channel.PAPER.value,
            drawn=False,
            form_number=form_number,
            typed_by_id=actor.account_id,
            **profile,
        ),
    )


def keep(work: Work, questionnaire: Questionnaire, scores: Scores, form: SkmForm) -> SkmForm:
    """Keep a form with its answers, filled or not."""
    form.questionnaire = questionnaire.number
    form.year = form.day.year
    form.filled = len(scores) == len(questionnaire.questions)
    if form.filled and len(scores) == len(KEYS):
        form.points = sum(scores.values())
    work.session.add(form)
    work.session.flush()
    work.session.add_all(
        [
            SkmAnswer(form_id=form.id, element=each.element.key, place=each.place, score=score)
            for each, score in scores.items()
        ]
    )
    return form


def typed_last(work: Work, office: Office, actor: Actor, limit: int = 10) -> list[SkmForm]:
    """Return the paper forms that somebody typed in, the newest first."""
    return list(
        work.session.scalars(
            select(SkmForm)
            .where(SkmForm.office_id == office.id, SkmForm.typed_by_id == actor.account_id)
            .order_by(SkmForm.id.desc())
            .limit(limit)
        )
    )


def next_number(work: Work, office: Office, year: int) -> int:
    """Return the number after the highest of the year's paper forms."""
    highest = work.session.scalar(
        select(func.max(SkmForm.form_number)).where(
            SkmForm.office_id == office.id, SkmForm.year == year
        )
    )
    return min((highest or 0) + 1, LARGEST)


def typed_by(work: Work, office: Office, actor: Actor, form_id: int) -> SkmForm:
    """Return a paper form that somebody typed in. Raises FormUnknown."""
    form = work.session.get(SkmForm, form_id) if form_id <= LARGEST else None
    if (
        form is None
        or form.office_id != office.id
        or form.form_number is None
        or form.typed_by_id != actor.account_id
    ):
        raise FormUnknown()
    return form


def scores_in(questionnaire: Questionnaire, sent: Mapping[str, str]) -> dict[Question, int]:
    """Return the scores that a form's fields hold, by question."""
    return {
        each: int(sent[each.field])
        for each in questionnaire.questions
        if sent.get(each.field) in {"1", "2", "3", "4"}
    }


def profile_in(sent: Mapping[str, str]) -> dict[str, str | None]:
    """Return what a form's fields tell of the respondent; what is left open is None."""
    return {
        trait.key: value if (value := sent.get(trait.key, "")) in trait.values else None
        for trait in TRAITS
    }


def _served(work: Work, office: Office, actor: Actor, service_id: int, day: date) -> bool:
    """Say whether somebody served visitors of a service on a day."""
    return (
        work.session.scalar(
            select(Step.id)
            .where(
                Step.office_id == office.id,
                Step.day == day,
                Step.service_id == service_id,
                Step.account_id == actor.account_id,
                Step.started_at.is_not(None),
            )
            .limit(1)
        )
        is not None
    )


def _count_hour(work: Work, office: Office, day: date, arrived: datetime) -> None:
    """Count the hour in which whoever answered came, by itself."""
    hour = arrived.astimezone(ZoneInfo(office.timezone)).hour
    key = {"office_id": office.id, "month": day.replace(day=1), "hour": hour}
    row = work.session.get(SurveyedHour, key)
    if row is None:
        work.session.add(SurveyedHour(**key, count=1))
    else:
        row.count += 1


def _words(comment: str) -> str | None:
    """Return the words without what looks like an identity number; nothing of nothing."""
    return IDENTITY.sub("[16] ", comment).strip()[:COMMENT_LIMIT] or None
