"""Answers an office already has: a file looked at first, row by row, then kept as forms, once."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    String,
    delete,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Conflict, Invalid, ServiceUnknown, Unknown
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office, Service
from storage.base import Base
from storage.work import Work
from surveys.skm.forms import Channel, SkmForm, keep
from surveys.skm.index import SCORES, Form, LeftOut, Weight
from surveys.skm.questionnaires import STANDARD, Question, Questionnaire
from surveys.skm.reading import Forms, Remarked, survey_in
from surveys.skm.respondents import TRAITS
from surveys.skm.sheets import CannotRead

#: Largest file that is taken, in bytes.
LARGEST_FILE = 5 * 2**20


class FileRefused(Invalid):
    """The file holds no forms that can be taken over; `reason` says why."""

    code = "survey_file_refused"


class FileKept(Conflict):
    """The answers of this very file have been taken over before."""

    code = "survey_file_kept"


class UploadUnknown(Unknown):
    """The file that was looked at is not there any more."""

    code = "upload_unknown"


class SkmUpload(Base):
    """A file of answers: its content until it is taken over or given up, then only that it was."""

    __tablename__ = "skm_uploads"
    __table_args__ = (
        Index(
            "uq_skm_uploads_kept",
            "office_id",
            "digest",
            unique=True,
            sqlite_where=text("content IS NULL"),
            postgresql_where=text("content IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(120))
    digest: Mapped[str] = mapped_column(String(64))
    #: What the rows are about where they do not say it themselves.
    service_id: Mapped[int | None] = mapped_column(ForeignKey("services.id"))
    day: Mapped[date]
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


@dataclass(frozen=True)
class Look:
    """What taking a file over would bring."""

    forms: list[Form]
    left_out: tuple[LeftOut, ...]
    remarks: list[Remarked]
    #: Forms that tell of the day themselves, and each trait of the respondents.
    with_day: int
    traits: dict[str, int]


def put(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    name: str,
    content: bytes,
    service_id: int | None,
    day: date,
) -> SkmUpload:
    """Keep a file to be looked at, in place of any that the same person has not taken over.

    Raises Forbidden, Invalid, ServiceUnknown, FileRefused or FileKept.
    """
    actor.need(Right.MANAGE)
    if day > office.today(now):
        raise Invalid(fields={"day": "not over yet"})
    if service_id is not None:
        service = work.session.get(Service, service_id)
        if service is None or service.office_id != office.id:
            raise ServiceUnknown()
    looked_at(content)
    digest = hashlib.sha256(content).hexdigest()
    _need_new(work, office, digest)
    work.session.execute(
        delete(SkmUpload).where(
            SkmUpload.office_id == office.id,
            SkmUpload.account_id == actor.account_id,
            SkmUpload.content.is_not(None),
        )
    )
    upload = SkmUpload(
        office_id=office.id,
        account_id=actor.account_id,
        at=now,
        name=name[:120],
        digest=digest,
        service_id=service_id,
        day=day,
        content=content,
    )
    work.session.add(upload)
    work.session.flush()
    return upload


def upload_with(work: Work, office_id: int, digest: str) -> SkmUpload:
    """Return the file with this content that waits to be taken over. Raises UploadUnknown."""
    upload = work.session.scalars(
        select(SkmUpload)
        .where(
            SkmUpload.office_id == office_id,
            SkmUpload.digest == digest,
            SkmUpload.content.is_not(None),
        )
        .order_by(SkmUpload.id.desc())
        .limit(1)
    ).first()
    if upload is None:
        raise UploadUnknown()
    return upload


def kept_of(work: Work, office_id: int) -> list[SkmUpload]:
    """Return the files that were taken over, the newest first."""
    return list(
        work.session.scalars(
            select(SkmUpload)
            .where(SkmUpload.office_id == office_id, SkmUpload.content.is_(None))
            .order_by(SkmUpload.id.desc())
            .limit(20)
        )
    )


def looked_at(content: bytes) -> Look:
    """Return what is in a file, row by row. Raises FileRefused."""
    if len(content) > LARGEST_FILE:
        raise FileRefused(reason="file_too_large")
    try:
        survey = survey_in(content)
    except CannotRead as error:
        raise FileRefused(reason=error.code) from error
    if not isinstance(survey, Forms):
        raise FileRefused(reason="counts_only")
    left_out = survey.index(Weight.EXACT).left_out
    forms = [each for each in survey.forms if not each.is_sum]
    return Look(
        forms,
        left_out,
        list(survey.remarks),
        sum("day" in each.about for each in forms),
        {trait.key: sum(trait.key in each.about for each in forms) for trait in TRAITS},
    )


def take_over(
    work: Work, office: Office, actor: Actor, now: datetime, upload: SkmUpload
) -> tuple[int, int]:
    """Keep a file's forms; return how many are filled and how many lack something.

    Of a form that lacks an answer what it has is kept: it counts in no index, but is counted.
    Raises Forbidden or FileKept.
    """
    actor.need(Right.MANAGE)
    _need_new(work, office, upload.digest)
    forms = looked_at(upload.content or b"").forms
    today = office.today(now)
    filled = 0
    for form in forms:
        told = form.about
        day = told.get("day")
        kept = keep(
            work,
            _questions_of(form),
            _scores_of(form),
            SkmForm(
                office_id=office.id,
                service_id=upload.service_id,
                day=day if isinstance(day, date) and day <= today else upload.day,
                channel=Channel.FILE.value,
                drawn=False,
                upload_id=upload.id,
                **{trait.key: told.get(trait.key) for trait in TRAITS},
            ),
        )
        filled += kept.filled
    upload.content = None
    journal.append(
        work, office, Kind.OFFICE_CHANGED, actor, now, part="survey_file", present=len(forms)
    )
    return filled, len(forms) - filled


def _need_new(work: Work, office: Office, digest: str) -> None:
    """Raise FileKept for a file that was taken over before."""
    kept = select(SkmUpload.id).where(
        SkmUpload.office_id == office.id,
        SkmUpload.digest == digest,
        SkmUpload.content.is_(None),
    )
    if work.session.scalar(kept) is not None:
        raise FileKept()


def _questions_of(form: Form) -> Questionnaire:
    """Return what a form of a file was asked: so many questions of each element as it has."""
    return Questionnaire(
        STANDARD.number,
        [
            Question(each.element, place, each.words)
            for each in STANDARD.questions
            for place in range(max(1, len(form.answers.get(each.element.key, ()))))
        ],
    )


def _scores_of(form: Form) -> dict[Question, int]:
    return {
        each: score
        for each in _questions_of(form).questions
        for score in list(form.answers.get(each.element.key, ()))[each.place : each.place + 1]
        if isinstance(score, int) and score in SCORES
    }
