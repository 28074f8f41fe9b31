"""Pairing by a code that the screen shows: a manager types it, and that browser is a screen.

The other way round from `office/devices.py`, for televisions on which nobody can type.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office.codes import new_code, tidied
from office.devices import LinkInvalid
from office.people import Role, Token, fingerprint, issue_token
from storage.base import LARGEST, Base
from storage.work import Work

LENGTH = 6
#: How long a code is shown before the screen makes another.
VALID = timedelta(minutes=10)


class CodeNotShown(LinkInvalid):
    """No screen shows this code now."""

    code = "code_not_shown"


class Pairing(Base):
    """A browser that shows a code and waits to become a screen."""

    __tablename__ = "pairings"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    until: Mapped[datetime]
    #: The screen it has become, once a manager typed the code.
    token_id: Mapped[int | None] = mapped_column(ForeignKey("tokens.id"))


def begin_pairing(work: Work, now: datetime) -> tuple[int, str]:
    """Return the number and the code of a new pairing; those past their time are forgotten."""
    work.session.execute(delete(Pairing).where(Pairing.until <= now))
    code = new_code(LENGTH)
    pairing = Pairing(code_hash=fingerprint(code), until=now + VALID)
    work.session.add(pairing)
    work.session.flush()
    return pairing.id, code


def claim(work: Work, office_id: int, code: str, name: str, now: datetime) -> Token:
    """Make the browser that shows `code` a screen of the office. Raises CodeNotShown."""
    pairing = work.session.scalars(
        select(Pairing).where(
            Pairing.code_hash == fingerprint(tidied(code)),
            Pairing.until > now,
            Pairing.token_id.is_(None),
        )
    ).first()
    if pairing is None:
        raise CodeNotShown(fields={"code": "unknown"})
    token, _secret = issue_token(work, office_id, Role.SCREEN, name.strip()[:120], now)
    pairing.token_id = token.id
    return token


def paired(work: Work, pairing_id: int, now: datetime) -> tuple[bool, Token | None]:
    """Say whether a pairing still stands, and the screen it has become, if it has."""
    pairing = work.session.get(Pairing, pairing_id) if 0 < pairing_id <= LARGEST else None
    if pairing is None or pairing.until <= now:
        return False, None
    if pairing.token_id is None:
        return True, None
    token = work.session.get_one(Token, pairing.token_id)
    return True, token if token.revoked_at is None else None
