"""What is said about a spot check after it was signed off: dated, by whom, beside the original."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Conflict, Forbidden, Invalid
from office.people import Actor, Right
from office.place import Office
from storage.base import Base
from storage.work import Work
from surveys.skm.actions import State
from surveys.spot_checks.checks import KEY, SpotCheck, checks_of

LONGEST = 1000


class SpotCheckUnsigned(Conflict):
    """Additions begin once the check is signed off."""

    code = "spot_check_unsigned"


class SpotAddition(Base):
    """One addition: words, or that a finding is done, dropped or open again."""

    __tablename__ = "spot_additions"
    __table_args__ = (
        UniqueConstraint("check_id", "key"),
        CheckConstraint("state IN ('open', 'done', 'dropped')", name="state"),
        CheckConstraint("(state IS NULL) = (finding IS NULL)", name="finding"),
        Index("ix_spot_additions_office_id", "office_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    check_id: Mapped[int] = mapped_column(ForeignKey("spot_checks.id"))
    #: Made by the page, so that what is sent twice is added once.
    key: Mapped[str] = mapped_column(String(KEY))
    at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    by: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(String(LONGEST))
    #: Which finding it is about, and how far that is from now on.
    finding: Mapped[str | None] = mapped_column(String(KEY))
    state: Mapped[str | None] = mapped_column(String(10))


@dataclass(frozen=True)
class OpenFinding:
    """A finding of a signed check that is not done yet."""

    check: SpotCheck
    key: str
    text: str
    owner: str
    due: date


def add(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    check: SpotCheck,
    key: str,
    text: str,
    finding: str | None = None,
    state: str | None = None,
) -> None:
    """Add to a signed check; inspectors and the office's managers may, each under their name.

    The same `key` adds once. Raises Forbidden, SpotCheckUnsigned or Invalid.
    """
    if not (actor.may(Right.SPOT_CHECK) or actor.may(Right.MANAGE)):
        raise Forbidden(right=Right.SPOT_CHECK.value)
    if check.record is None:
        raise SpotCheckUnsigned()
    if any(each.key == key for each in additions_of(work, check)):
        return
    text = text.strip()
    wrong = {}
    if not 1 <= len(key) <= KEY:
        wrong["key"] = f"1 to {KEY} letters"
    if len(text) > LONGEST or not (text or finding):
        wrong["text"] = f"1 to {LONGEST} letters"
    if finding and (finding not in {each["key"] for each in check.record["findings"]}):
        wrong["finding"] = "none of this check"
    if finding and state not in set(State):
        wrong["state"] = "open, done or dropped"
    if wrong:
        raise Invalid(fields=wrong)
    work.session.add(
        SpotAddition(
            office_id=office.id,
            check_id=check.id,
            key=key,
            at=now,
            account_id=actor.account_id,
            by=actor.name,
            text=text,
            finding=finding or None,
            state=state if finding else None,
        )
    )
    work.session.flush()


def additions_of(work: Work, check: SpotCheck) -> list[SpotAddition]:
    """Return what was added to a check, the oldest first."""
    return list(
        work.session.scalars(
            select(SpotAddition)
            .where(SpotAddition.check_id == check.id)
            .order_by(SpotAddition.at, SpotAddition.id)
        )
    )


def states_of(additions: Iterable[SpotAddition]) -> dict[str, State]:
    """Return how far each finding is that something was added about; the others are open."""
    return {each.finding: State(each.state) for each in additions if each.finding and each.state}


def open_findings(work: Work, actor: Actor) -> list[OpenFinding]:
    """Return the findings of signed checks that are open, those due first at the top."""
    added: dict[int, list[SpotAddition]] = {}
    for one in work.session.scalars(
        select(SpotAddition)
        .where(SpotAddition.office_id == actor.office_id)
        .order_by(SpotAddition.at, SpotAddition.id)
    ):
        added.setdefault(one.check_id, []).append(one)
    found = []
    for check in checks_of(work, actor):
        record: dict[str, Any] = check.record or {"findings": []}
        states = states_of(added.get(check.id, ()))
        found += [
            OpenFinding(
                check, each["key"], each["text"], each["owner"], date.fromisoformat(each["due"])
            )
            for each in record["findings"]
            if states.get(each["key"], State.OPEN) is State.OPEN
        ]
    return sorted(found, key=lambda each: (each.due, each.check.id, each.key))
