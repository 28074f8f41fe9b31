"""Published periods: frozen figures that no later answer changes, and that can be computed anew."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Conflict, Invalid, Unknown
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work
from surveys.skm import years
from surveys.skm.actions import actions_since
from surveys.skm.elements import KEYS
from surveys.skm.forms import SkmAnswer, typed_by
from surveys.skm.index import Index, Weight, half_up
from surveys.skm.periods import Period
from surveys.skm.results import Respondent, Result, index_of, respondents, result
from surveys.skm.sample import sample_size

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


def publish(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    period: Period,
    texts: Mapping[str, str],
) -> SkmPublication:
    """Freeze a period's figures and let everybody read them; the year's weight is settled with it.

    Raises Forbidden, Invalid, PeriodRunning, PeriodPublished or TooFewForms.
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
    years.settle(work, office.id, period.year)
    found = result(work, office, period, "id")
    if not found.enough:
        raise TooFewForms(limit=found.least)
    people = respondents(work, office, period.first, period.last)
    publication = SkmPublication(
        office_id=office.id,
        period=period.key,
        last=period.last,
        at=now,
        account_id=actor.account_id,
        until_form=max(each.id for each in people),
        digest=digest_of(people),
        figures={
            **figures_of(office, found),
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
    period = publication.what
    people = respondents(work, office, period.first, period.last, publication.until_form)
    index = index_of(people, Weight(publication.figures["weight"]))
    return digest_of(people) == publication.digest and (
        str(index.value) == publication.figures["index"]
    )


def digest_of(people: list[Respondent]) -> str:
    """Return the SHA-256 of the filled forms' scores, in the order they came."""
    told = [[each.id, *map(str, each.scores)] for each in people if each.scores]
    return hashlib.sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def figures_of(office: Office, found: Result) -> dict[str, Any]:
    """Return a result as it is frozen: numbers with decimals as text, exactly as printed."""
    index = found.index
    return {
        "period": found.period.key,
        "first": found.period.first.isoformat(),
        "last": found.period.last.isoformat(),
        "office": office.names,
        "weight": found.weight.value,
        "respondents": index.respondents,
        "lacking": found.lacking,
        "population": found.population,
        "sample_wanted": sample_size(found.population),
        **_told(index),
        "interval": index.interval and [f"{index.interval.low:.2f}", f"{index.interval.high:.2f}"],
        "elements": {
            key: {
                "total": _plain(index.elements[key].total),
                "nrr": str(half_up(index.elements[key].nrr, 4)),
                "weighted": str(half_up(index.elements[key].weighted, 4)),
            }
            for key in KEYS
        },
        "channels": {each.value: count for each, count in found.by_channel.items()},
        "invited": {"answered": found.invited.answered, "asked": found.invited.asked},
        "drawn": found.drawn and {"respondents": found.drawn.respondents, **_told(found.drawn)},
        "volunteered": found.volunteered
        and {"respondents": found.volunteered.respondents, **_told(found.volunteered)},
        "respondents_by": {key: dict(counts) for key, counts in found.counts.items()},
        "services": [
            {
                "name": each.name,
                "respondents": each.respondents,
                "index": str(each.value),
                "grade": each.grade.name,
            }
            for each in found.groups.get("service", ())
        ],
        "trend": [
            {"period": period.key, "index": None if value is None else str(value)}
            for period, value in found.trend
        ],
    }


def _plain(total: Fraction) -> str:
    """Return a sum, with decimals only where several questions of an element made some."""
    return str(total.numerator) if total.denominator == 1 else str(half_up(total, 2))


def _told(index: Index) -> dict[str, str | None]:
    return {
        "index": None if index.value is None else str(index.value),
        "grade": index.grade and index.grade.name,
    }
