"""Published periods: frozen figures that no later answer changes, and that can be computed anew."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.clock import give_way
from office.errors import Conflict, Invalid, Unknown
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work
from surveys.skm import years
from surveys.skm.actions import actions_since
from surveys.skm.counting import Counts, Respondent, respondents, stamp_of
from surveys.skm.figures import figures_of
from surveys.skm.forms import SkmAnswer, typed_by
from surveys.skm.index import Index, Weight, of_scores
from surveys.skm.periods import Period
from surveys.skm.respondents import TRAITS
from surveys.skm.results import Result, result
from web.aside import aside

#: What is written into a report beside its figures, and the most letters of each.
TEXTS = {"signer": 120, "position": 120, "nip": 30, "place": 80, "plan": 2000, "advice": 2000}


class PeriodRunning(Conflict):
    """The period is not over yet."""

    code = "period_running"


class TooFewForms(Conflict):
    """There are too few respondents for an index to be told."""

    code = "too_few_forms"


class PeriodPublished(Conflict):
    """The period has been published."""

    code = "period_published"


class PeriodUnpublished(Unknown):
    """Nothing has been published of this period."""

    code = "period_unpublished"


class FormPublished(Conflict):
    """The form is counted in a published figure."""

    code = "form_published"


class SkmPublication(Base):
    """One period's figures as they were published."""

    __tablename__ = "skm_publications"
    __table_args__ = (UniqueConstraint("office_id", "period"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    #: As it is written: 2026, 2026-S1, 2026-Q3 or 2026-09.
    period: Mapped[str] = mapped_column(String(8))
    last: Mapped[date]
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    #: The newest form that was counted.
    until_form: Mapped[int]
    #: SHA-256 of the answers counted.
    digest: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]]
    texts: Mapped[dict[str, str]]

    @property
    def what(self) -> Period:
        """The period."""
        period = Period.written(self.period)
        assert period is not None
        return period


@dataclass(frozen=True)
class Prepared:
    """A period's figures, computed before they are frozen, and the forms that they count."""

    period: Period
    weight: Weight
    stamp: tuple[object, ...]
    until_form: int
    digest: str
    figures: Mapping[str, Any]


def prepare(
    work: Work, office: Office, now: datetime, period: Period, counts: Counts | None = None
) -> Prepared:
    """Compute what a period's publication says, every form counted.

    It may take a second or two, so it is done outside the office's turn. Raises PeriodRunning,
    PeriodPublished or TooFewForms.
    """
    if period.last >= office.today(now):
        raise PeriodRunning()
    if find(work, office.id, period) is not None:
        raise PeriodPublished()
    stamp = stamp_of(work, office.id, period.first, period.last)
    found = result(work, office, period.first, period.last, now, "id", counts)
    people = _people(work, office, period)
    return aside(_prepared, office.names, period, found, people, stamp)


def _prepared(
    names: Mapping[str, str],
    period: Period,
    found: Result,
    people: Sequence[Respondent],
    stamp: tuple[object, ...],
) -> Prepared:
    index = index_of(people, found.weight, found.population)
    if index.respondents < found.least:
        raise TooFewForms(limit=found.least)
    return Prepared(
        period,
        found.weight,
        stamp,
        max(each.id for each in people),
        digest_of(people),
        {
            "period": period.key,
            "office": dict(names),
            **figures_of(found, index),
            "respondents_by": {
                trait.key: {
                    key or "": sum(each.traits[at] == key for each in people if each.scores)
                    for key in (*trait.values, None)
                }
                for at, trait in enumerate(TRAITS)
            },
        },
    )


def publish(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    period: Period,
    texts: Mapping[str, str],
    prepared: Prepared | None = None,
) -> SkmPublication:
    """Freeze a period's figures and let everybody read them; the year's weight is settled with it.

    What was `prepared` is frozen if it still holds, or else computed anew. Raises Forbidden,
    Invalid, PeriodRunning, PeriodPublished or TooFewForms.
    """
    actor.need(Right.MANAGE)
    wrong = {
        name: f"at most {most} letters"
        for name, most in TEXTS.items()
        if len(texts.get(name, "")) > most
    } | {name: "missing" for name in ("signer", "position") if not texts.get(name, "").strip()}
    if wrong:
        raise Invalid(fields=wrong)
    if period.last >= office.today(now):
        raise PeriodRunning()
    if find(work, office.id, period) is not None:
        raise PeriodPublished()
    weight = years.settle(work, office.id, period.year)
    now_counted = period, weight, stamp_of(work, office.id, period.first, period.last)
    if prepared is None or (prepared.period, prepared.weight, prepared.stamp) != now_counted:
        prepared = prepare(work, office, now, period)
    publication = SkmPublication(
        office_id=office.id,
        period=period.key,
        last=period.last,
        at=now,
        account_id=actor.account_id,
        until_form=prepared.until_form,
        digest=prepared.digest,
        figures={
            **prepared.figures,
            "actions": [
                {
                    "what": each.what,
                    "element": each.element,
                    "owner": each.owner,
                    "due": each.due.isoformat(),
                }
                for each in actions_since(work, office.id, period.first)
            ],
        },
        texts={name: texts.get(name, "").strip() for name in TEXTS},
    )
    work.session.add(publication)
    journal.append(
        work, office, Kind.OFFICE_CHANGED, actor, now, part="survey_published", present=period.key
    )
    return publication


def index_of(people: Iterable[Respondent], weight: Weight, population: int | None = None) -> Index:
    """Return the index of all those whose forms are filled."""
    return of_scores([each.scores for each in people if each.scores], weight, population)


def find(work: Work, office_id: int, period: Period) -> SkmPublication | None:
    """Return what was published of a period, if anything."""
    return work.session.scalars(
        select(SkmPublication).where(
            SkmPublication.office_id == office_id, SkmPublication.period == period.key
        )
    ).first()


def published(work: Work, office_id: int) -> list[SkmPublication]:
    """Return what was published, the newest periods first."""
    return list(
        work.session.scalars(
            select(SkmPublication)
            .where(SkmPublication.office_id == office_id)
            .order_by(SkmPublication.last.desc(), SkmPublication.id.desc())
        )
    )


def published_of(work: Work, office_id: int, key: str) -> SkmPublication:
    """Return what was published of the period written `key`. Raises PeriodUnpublished."""
    period = Period.written(key)
    found = find(work, office_id, period) if period is not None else None
    if found is None:
        raise PeriodUnpublished()
    return found


def take_out(work: Work, office: Office, actor: Actor, now: datetime, form_id: int) -> None:
    """Delete a paper form that the same person typed in wrongly.

    Raises Forbidden, FormUnknown, or FormPublished where a published figure counts it.
    """
    actor.need(Right.TYPE_SURVEYS)
    form = typed_by(work, office, actor, form_id)
    if any(
        each.until_form >= form.id and each.what.first <= form.day <= each.last
        for each in published(work, office.id)
    ):
        raise FormPublished()
    work.session.execute(delete(SkmAnswer).where(SkmAnswer.form_id == form.id))
    work.session.delete(form)
    years.count_taken_out(work, office.id, form.year)
    journal.append(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        part="survey_form",
        former=form.form_number,
        present=None,
    )


def still_agrees(work: Work, office: Office, publication: SkmPublication) -> bool:
    """Say whether the forms that were counted still give the published index."""
    people = _people(work, office, publication.what, publication.until_form)
    weight = Weight(publication.figures["weight"])
    value, digest = aside(_summed_up, people, weight)
    return (value, digest) == (publication.figures["index"], publication.digest)


def _summed_up(people: Sequence[Respondent], weight: Weight) -> tuple[str, str]:
    return str(index_of(people, weight).value), digest_of(people)


def _people(
    work: Work, office: Office, period: Period, until: int | None = None
) -> list[Respondent]:
    """Return a period's forms in the order they came, read a month at a time.

    Between two months, whoever else waits for the server has a turn.
    """
    found: list[Respondent] = []
    for month in period.months:
        found += respondents(work, office, month.first, month.last, until)
        give_way()
    return sorted(found, key=lambda one: one.id)


def digest_of(people: Sequence[Respondent]) -> str:
    """Return the SHA-256 of the filled forms' scores, in the order they came."""
    told = [[each.id, *map(str, each.scores)] for each in people if each.scores]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()
