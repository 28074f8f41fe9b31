"""What is noted during a spot check: one list to which phones add, each thing exactly once.

An entry is never changed. Whoever mends something adds another entry about the same subject, and
the newest holds. Phones without network send later, in any order, and as often as they like: the
key that they made for an entry is kept once.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Conflict, Invalid, NoteHasNumber
from office.notes import IDENTITY
from office.people import Actor, Right
from storage.base import Base
from storage.work import Work
from surveys.reasons import Reason
from surveys.spot_checks.checks import KEY, SpotCheck, refuse_signed
from surveys.spot_checks.draws import draws_of
from surveys.spot_checks.standard import COUNTER, ITEMS, Seen

#: Most letters of words of each kind.
LONGEST_WORDS = 1000
LONGEST_NOTE = 300
LONGEST_FINDING = 500
LONGEST_OWNER = 120
#: Longest wait that somebody can tell, in minutes.
LONGEST_WAIT = 600


class NotDrawn(Conflict):
    """The number was in no draw of the check."""

    code = "not_drawn"


class Kind(StrEnum):
    """What an entry is about."""

    PERSON = "person"
    OBSERVATION = "observation"
    FINDING = "finding"
    PHOTO = "photo"


class Outcome(StrEnum):
    """What came of looking for somebody who was drawn."""

    ASKED = "asked"
    REFUSED = "refused"
    NOT_FOUND = "not_found"


class SpotEntry(Base):
    """One thing noted, about one subject."""

    __tablename__ = "spot_entries"
    __table_args__ = (
        UniqueConstraint("check_id", "key"),
        CheckConstraint("kind IN ('person', 'observation', 'finding', 'photo')", name="kind"),
        Index("ix_spot_entries_office_id", "office_id"),
        Index("ix_spot_entries_check_id", "check_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    check_id: Mapped[int] = mapped_column(ForeignKey("spot_checks.id"))
    key: Mapped[str] = mapped_column(String(KEY))
    kind: Mapped[str] = mapped_column(String(12))
    #: A ticket's number, an item of the checklist, or the key of a finding or a photo.
    subject: Mapped[str] = mapped_column(String(40))
    #: When it was noted, and when it arrived.
    at: Mapped[datetime]
    kept_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    #: Empty where it is taken back.
    detail: Mapped[dict[str, Any]]


def note_person(
    work: Work, actor: Actor, now: datetime, check: SpotCheck, key: str, said: Mapping[str, Any]
) -> None:
    """Note what came of one who was drawn, and what they answered.

    `said` holds label, outcome, ago_s, and of those asked score (1 to 4), reasons, wait_min, mend,
    more. Raises Forbidden, SpotCheckSigned, NotDrawn, Invalid or NoteHasNumber.
    """
    if is_kept(work, actor, check, key):
        return
    label, outcome = str(said["label"]), Outcome(said["outcome"])
    if not any(label in each.labels for each in draws_of(work, check)):
        raise NotDrawn(label=label)
    detail: dict[str, Any] = {"outcome": outcome.value}
    if outcome is Outcome.ASKED:
        if said.get("score") not in (1, 2, 3, 4):
            raise Invalid(fields={"score": "1 to 4"})
        wait = said.get("wait_min")
        if wait is not None and not 0 <= wait <= LONGEST_WAIT:
            raise Invalid(fields={"wait_min": f"0 to {LONGEST_WAIT}"})
        touched = {Reason(each) for each in said.get("reasons", ())}
        detail |= {
            "score": said["score"],
            "reasons": [each.value for each in Reason if each in touched],
            "wait_min": wait,
            **words_of(said, "mend", "more", most=LONGEST_WORDS),
        }
    keep(work, actor, now, check, key, Kind.PERSON, label, said, detail)


def note_observation(
    work: Work, actor: Actor, now: datetime, check: SpotCheck, key: str, said: Mapping[str, Any]
) -> None:
    """Note how one item of the standard, or one counter the system calls open, was found.

    Raises Forbidden, SpotCheckSigned, Invalid or NoteHasNumber.
    """
    if is_kept(work, actor, check, key):
        return
    item = str(said["item"])
    counters = {f"{COUNTER}{each['number']}" for each in check.snapshot["counters"]}
    if item not in ITEMS and item not in counters:
        raise Invalid(fields={"item": "not in the list"})
    detail = {"answer": Seen(said["answer"]).value, **words_of(said, "note", most=LONGEST_NOTE)}
    keep(work, actor, now, check, key, Kind.OBSERVATION, item, said, detail)


def note_finding(
    work: Work, actor: Actor, now: datetime, check: SpotCheck, key: str, said: Mapping[str, Any]
) -> None:
    """Note what is to be mended, by whom and until when; without a text it is taken back.

    Raises Forbidden, SpotCheckSigned, Invalid or NoteHasNumber.
    """
    if is_kept(work, actor, check, key):
        return
    detail: dict[str, Any] = {}
    if said.get("text"):
        due = said.get("due")
        wrong = {}
        if not 1 <= len(str(said.get("owner") or "").strip()) <= LONGEST_OWNER:
            wrong["owner"] = f"1 to {LONGEST_OWNER} letters"
        if not isinstance(due, date):
            wrong["due"] = "a day"
        elif due < check.opened_at.date():
            wrong["due"] = "not before the check"
        if wrong:
            raise Invalid(fields=wrong)
        assert isinstance(due, date)
        detail = {
            **words_of(said, "text", most=LONGEST_FINDING),
            **words_of(said, "owner", most=LONGEST_OWNER),
            "due": due.isoformat(),
        }
    keep(work, actor, now, check, key, Kind.FINDING, str(said["finding"]), said, detail)


def newest_of(work: Work, check: SpotCheck, kind: Kind) -> dict[str, SpotEntry]:
    """Return the entry that holds about each subject, in the order subjects came up."""
    found: dict[str, SpotEntry] = {}
    for each in entries_about(work, check, kind):
        found[each.subject] = each
    return {subject: each for subject, each in found.items() if each.detail}


def entries_about(
    work: Work, check: SpotCheck, kind: Kind, subject: str | None = None
) -> list[SpotEntry]:
    """Return the entries of a kind, about one subject or all, the oldest first."""
    query = select(SpotEntry).where(SpotEntry.check_id == check.id, SpotEntry.kind == kind.value)
    if subject is not None:
        query = query.where(SpotEntry.subject == subject)
    return list(work.session.scalars(query.order_by(SpotEntry.at, SpotEntry.id)))


def is_kept(work: Work, actor: Actor, check: SpotCheck, key: str) -> bool:
    """Say whether the entry has arrived before. Raises Forbidden or SpotCheckSigned."""
    actor.need(Right.SPOT_CHECK)
    kept = select(SpotEntry.id).where(SpotEntry.check_id == check.id, SpotEntry.key == key)
    if work.session.scalars(kept).first() is not None:
        return True
    refuse_signed(check)
    return False


def words_of(said: Mapping[str, Any], *names: str, most: int) -> dict[str, str]:
    """Return the words of these names. Raises Invalid, or NoteHasNumber unless they are sure."""
    found = {name: str(said.get(name) or "").strip() for name in names}
    long = {name: f"at most {most} letters" for name, each in found.items() if len(each) > most}
    if long:
        raise Invalid(fields=long)
    numbers = {name: "sixteen digits" for name, each in found.items() if IDENTITY.search(each)}
    if numbers and not said.get("sure"):
        raise NoteHasNumber(fields=numbers)
    return found


def keep(
    work: Work,
    actor: Actor,
    now: datetime,
    check: SpotCheck,
    key: str,
    kind: Kind,
    subject: str,
    said: Mapping[str, Any],
    detail: dict[str, Any],
) -> None:
    """Keep an entry; `said` tells by `ago_s` how many seconds ago it was noted."""
    work.session.add(
        SpotEntry(
            office_id=check.office_id,
            check_id=check.id,
            key=key,
            kind=kind.value,
            subject=subject,
            at=noted_at(check, now, said.get("ago_s") or 0),
            kept_at=now,
            account_id=actor.account_id,
            detail=detail,
        )
    )
    work.session.flush()


def noted_at(check: SpotCheck, now: datetime, ago_s: int) -> datetime:
    """Return when something was noted `ago_s` seconds ago, during the check.

    A phone's clock may be wrong; how long ago something was, it knows all the same.
    """
    return max(check.opened_at, now - timedelta(seconds=max(0, ago_s)))
