"""A limit of numbers by applicant and day, against brokers, without keeping who anybody is.

An identity number (NIK) is turned into a pass: its HMAC under a key that each day has of its own.
Of a day there is the key, and how many numbers each pass has been given; both are forgotten as the
next day begins, after which nobody can tell whose a pass was.
"""

import hashlib
import hmac
import secrets
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, delete
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Conflict, Invalid
from office.kiosk_rules import Rules, rules_of
from office.people import Actor, Right, is_same
from office.place import Office
from storage.base import Base
from storage.work import Work

LENGTH = 16
#: Codes of provinces lie between these; a woman's day of birth is written 40 higher
#: (PP 37/2007 article 37: region, date of birth, serial number).
PROVINCES = range(11, 98)
WOMEN = 40
#: Hexadecimal digits of a pass: of the digest, and of the seal that shows this office made it.
DIGEST, SEAL = 40, 24


class IdentityNeeded(Invalid):
    """A number is given out for an identity number only."""

    code = "identity_needed"


class IdentityWrong(Invalid):
    """It is no identity number: its length, its region or its date of birth cannot be."""

    code = "identity_wrong"


class IdentitySpent(Conflict):
    """As many numbers as the office allows have been taken for this applicant today."""

    code = "identity_spent"


class Override(StrEnum):
    """Why the reception gives a number beyond the limit, or without an identity number."""

    NO_CARD = "no_card"
    FAMILY = "family"
    MISTAKE = "mistake"


class IdentityKey(Base):
    """The key of an office's day."""

    __tablename__ = "identity_keys"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    day: Mapped[date]
    secret: Mapped[str] = mapped_column(String(64))


class IdentityUse(Base):
    """How many numbers of today an applicant was given."""

    __tablename__ = "identity_uses"
    __table_args__ = (CheckConstraint("numbers > 0", name="numbers"),)

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    numbers: Mapped[int]


def refuse_malformed(nik: str, today: date) -> None:
    """Raise IdentityWrong unless `nik` can be an identity number of somebody born before today."""
    if len(nik) != LENGTH or not (nik.isascii() and nik.isdigit()):
        raise IdentityWrong()
    day, month, year = int(nik[6:8]), int(nik[8:10]), int(nik[10:12])
    day -= WOMEN if day > WOMEN else 0
    regions = int(nik[:2]) in PROVINCES and nik[2:4] != "00" and nik[4:6] != "00"
    if not regions or nik[12:] == "0000" or not _is_birthday(day, month, year, today):
        raise IdentityWrong()


def admit(work: Work, office: Office, now: datetime, nik: str) -> str:
    """Return the pass of today for an identity number, of which nothing is kept.

    In the office's turn. Raises IdentityWrong or IdentitySpent.
    """
    refuse_malformed(nik, office.today(now))
    digest = keyed(work, office, now, f"nik:{nik}")[:DIGEST]
    _refuse_spent(work, office, rules_of(work, office.id), digest)
    return digest + _seal(work, office, now, digest)


def use(
    work: Work,
    office: Office,
    rules: Rules,
    actor: Actor,
    now: datetime,
    identity: str | None,
    override: Override | None = None,
) -> dict[str, str]:
    """Count a number for the applicant with this pass; return what the journal says of it.

    The reception gives a number beyond the limit, or without a pass, for a reason. Raises
    IdentityNeeded, IdentitySpent or Forbidden.
    """
    if rules.per_identity == 0:
        return {}
    if override is not None:
        actor.need(Right.RECEIVE)
    digest = _digest(work, office, now, identity)
    if digest is None:
        if override is None:
            raise IdentityNeeded()
        return {"identity": override.value}
    if override is None:
        _refuse_spent(work, office, rules, digest)
    kept = work.session.get(IdentityUse, (office.id, digest))
    if kept is None:
        work.session.add(IdentityUse(office_id=office.id, digest=digest, numbers=1))
    else:
        kept.numbers += 1
    return {} if override is None else {"identity": override.value}


def forget(work: Work, office_id: int) -> None:
    """Forget a day's key and passes, as the next begins."""
    for table in (IdentityUse, IdentityKey):
        work.session.execute(delete(table).where(table.office_id == office_id))


def _is_birthday(day: int, month: int, year: int, today: date) -> bool:
    """Say whether there is such a day in the hundred years before `today`."""
    for century in (today.year // 100 * 100, today.year // 100 * 100 - 100):
        try:
            born = date(century + year, month, day)
        except ValueError:
            continue
        if born <= today:
            return True
    return False


def _refuse_spent(work: Work, office: Office, rules: Rules, digest: str) -> None:
    kept = work.session.get(IdentityUse, (office.id, digest))
    if kept is not None and kept.numbers >= rules.per_identity:
        raise IdentitySpent()


def _digest(work: Work, office: Office, now: datetime, identity: str | None) -> str | None:
    """Return the digest in a pass of today, or nothing where it is none."""
    if identity is None:
        return None
    digest, seal = identity[:DIGEST], identity[DIGEST:]
    return digest if is_same(_seal(work, office, now, digest), seal) else None


def _seal(work: Work, office: Office, now: datetime, digest: str) -> str:
    return keyed(work, office, now, f"pass:{digest}")[:SEAL]


def keyed(work: Work, office: Office, now: datetime, text: str) -> str:
    """Return the HMAC of a text under the key of the office's day, which is made where none is.

    In the office's turn.
    """
    today = office.today(now)
    key = work.session.get(IdentityKey, office.id)
    if key is not None and key.day != today:
        forget(work, office.id)
        key = None
    if key is None:
        key = IdentityKey(office_id=office.id, day=today, secret=secrets.token_hex(32))
        work.session.add(key)
        work.session.flush()
    return hmac.new(bytes.fromhex(key.secret), text.encode(), hashlib.sha256).hexdigest()
