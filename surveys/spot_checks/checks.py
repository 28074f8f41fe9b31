"""Spot checks: opened by an inspector unannounced, closed, signed off, and from then on locked.

While a check is open nobody but inspectors learns of it: no row of the journal, no page and no
socket tells of it. The journal is told as it is closed.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from office import journal
from office.errors import Conflict, Invalid, Unknown
from office.floor import floor
from office.journal import Kind
from office.people import Actor, Right
from office.place import Office
from storage.base import LARGEST, Base
from storage.work import Work
from surveys import ratings

#: Letters of a key that a phone makes.
KEY = 32
#: Longest place, and longest of what is written under a signature.
LONGEST_PLACE = 120
SIGNATURE = {"signer": 120, "position": 120, "nip": 30, "town": 80}


class SpotCheckUnknown(Unknown):
    """There is no such spot check, or none that whoever asks may know of."""

    code = "spot_check_unknown"


class SpotCheckSigned(Conflict):
    """The check is signed off: what is said about it from now on is an addition."""

    code = "spot_check_signed"


class SpotCheckOpen(Conflict):
    """The check has to be closed first."""

    code = "spot_check_open"


class SpotCheck(Base):
    """One visit of an inspector."""

    __tablename__ = "spot_checks"
    __table_args__ = (
        UniqueConstraint("office_id", "key"),
        CheckConstraint(
            "signed_at IS NULL OR (closed_at IS NOT NULL AND record IS NOT NULL"
            " AND digest IS NOT NULL)",
            name="signed",
        ),
        Index("ix_spot_checks_office_id_opened_at", "office_id", "opened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    #: Made by the phone, so that a check opened twice is one.
    key: Mapped[str] = mapped_column(String(KEY))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    inspector: Mapped[str] = mapped_column(String(120))
    place: Mapped[str] = mapped_column(String(LONGEST_PLACE))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    signed_at: Mapped[datetime | None]
    #: What the queue looked like as the check was opened.
    snapshot: Mapped[dict[str, Any]]
    #: What visitors answered at phones and tablets meanwhile, as it stood at the closing.
    terminals: Mapped[dict[str, Any] | None]
    #: Who signed it, and the whole of it as it was then, with the SHA-256 of that.
    signature: Mapped[dict[str, str] | None]
    record: Mapped[dict[str, Any] | None]
    digest: Mapped[str | None] = mapped_column(String(64))
    #: When photos and words were deleted, their time being over.
    photos_gone_at: Mapped[datetime | None]
    words_gone_at: Mapped[datetime | None]

    @property
    def is_intact(self) -> bool:
        """Whether the record is still the one that was signed; words deleted since change it."""
        return self.record is not None and fingerprint_of(self.record) == self.digest


def open_check(
    work: Work, office: Office, actor: Actor, now: datetime, key: str, place: str
) -> SpotCheck:
    """Open a check with a picture of the queue at this moment; the same `key` opens it once.

    Raises Forbidden or Invalid.
    """
    actor.need(Right.SPOT_CHECK)
    check = _with_key(work, office.id, key)
    if check is not None:
        return check
    if not 1 <= len(place.strip()) <= LONGEST_PLACE:
        raise Invalid(fields={"place": f"1 to {LONGEST_PLACE} letters"})
    check = SpotCheck(
        office_id=office.id,
        key=key,
        account_id=actor.account_id,
        inspector=actor.name,
        place=place.strip(),
        opened_at=now,
        snapshot=snapshot_of(work, office, now),
    )
    work.session.add(check)
    work.session.flush()
    return check


def snapshot_of(work: Work, office: Office, now: datetime) -> dict[str, Any]:
    """Return the queue at this moment: lines, counters with who is there, the day's ratings."""
    seen = floor(work, office, now)
    return {
        "at": now.isoformat(),
        "waiting": [
            {
                "letter": each["letter"],
                "names": each["names"],
                "waiting": each["waiting"],
                "longest_min": _minutes(each["oldest_since"], now),
                "counters_open": each["counters_open"],
            }
            for each in seen["services"]
        ],
        "counters": [
            {
                "number": each["number"],
                "clerk": each["clerk"],
                "status": each["status"],
                "label": each["label"],
                "services": [service["code"] for service in each["services"]],
            }
            for each in seen["counters"]
            if each["open"]
        ],
        "closed_counters": [each["number"] for each in seen["counters"] if not each["open"]],
        "ratings": ratings.summary(work, office, office.today(now)),
    }


def check_with_key(work: Work, office: Office, actor: Actor, key: str) -> SpotCheck:
    """Return what an inspector's phone calls `key`. Raises Forbidden or SpotCheckUnknown."""
    actor.need(Right.SPOT_CHECK)
    check = _with_key(work, office.id, key)
    if check is None:
        raise SpotCheckUnknown()
    return check


def check_numbered(work: Work, actor: Actor, number: int) -> SpotCheck:
    """Return a check as far as the actor may know of it. Raises SpotCheckUnknown."""
    check = work.session.get(SpotCheck, number) if number <= LARGEST else None
    if check is None or check.office_id != actor.office_id or not _may_know(actor, check):
        raise SpotCheckUnknown()
    return check


def checks_of(work: Work, actor: Actor) -> list[SpotCheck]:
    """Return the checks that the actor may know of, the newest first."""
    found = work.session.scalars(
        select(SpotCheck)
        .where(SpotCheck.office_id == actor.office_id)
        .order_by(SpotCheck.opened_at.desc(), SpotCheck.id.desc())
    )
    return [each for each in found if _may_know(actor, each)]


def close_check(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    check: SpotCheck,
    ended: datetime,
    terminals: Mapping[str, Any],
) -> None:
    """End the walk as of `ended`: from now on the office's managers may read of the check.

    Closed twice is closed once. Raises Forbidden.
    """
    actor.need(Right.SPOT_CHECK)
    if check.closed_at is not None:
        return
    check.closed_at = ended
    check.terminals = dict(terminals)
    _tell(work, office, actor, now, check, "closed")


def sign_off(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    check: SpotCheck,
    record: Mapping[str, Any],
    signature: Mapping[str, str],
) -> None:
    """Lock the check as `record`, with the name and position that stand under it.

    Raises Forbidden, SpotCheckOpen, SpotCheckSigned or Invalid.
    """
    actor.need(Right.SPOT_CHECK)
    if check.closed_at is None:
        raise SpotCheckOpen()
    refuse_signed(check)
    given = {name: signature.get(name, "").strip() for name in SIGNATURE}
    wrong = {
        name: f"at most {most} letters"
        for name, most in SIGNATURE.items()
        if len(given[name]) > most
    } | {name: "missing" for name in ("signer", "position") if not given[name]}
    if wrong:
        raise Invalid(fields=wrong)
    check.signature = given
    check.record = dict(record)
    check.digest = fingerprint_of(record)
    check.signed_at = now
    _tell(work, office, actor, now, check, "signed")


def refuse_signed(check: SpotCheck) -> None:
    """Raise SpotCheckSigned for a check that is locked."""
    if check.signed_at is not None:
        raise SpotCheckSigned()


def fingerprint_of(record: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a record, in hexadecimal, of its JSON with sorted names."""
    written = json.dumps(record, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def _with_key(work: Work, office_id: int, key: str) -> SpotCheck | None:
    return work.session.scalars(
        select(SpotCheck).where(SpotCheck.office_id == office_id, SpotCheck.key == key)
    ).first()


def _may_know(actor: Actor, check: SpotCheck) -> bool:
    if actor.may(Right.SPOT_CHECK):
        return True
    return actor.may(Right.READ_REPORTS) and check.closed_at is not None


def _tell(
    work: Work, office: Office, actor: Actor, now: datetime, check: SpotCheck, state: str
) -> None:
    journal.append(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        part="spot_check",
        present={"state": state, "opened_at": check.opened_at.isoformat()},
    )


def _minutes(since: str | None, now: datetime) -> int | None:
    if since is None:
        return None
    return int((now - datetime.fromisoformat(since)).total_seconds() // 60)
