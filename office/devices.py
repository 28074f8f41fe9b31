"""Devices: linked to a browser by a short code used once, listed, and revoked by a manager."""

from datetime import datetime, timedelta

from sqlalchemy import select

from office import journal
from office.codes import new_code, tidied
from office.errors import DeviceUnknown, Invalid
from office.journal import Kind
from office.people import DEVICES, Actor, Role, Token, fingerprint, issue_token, secret
from office.place import Office
from storage.base import LARGEST
from storage.work import Work

#: How long a code can be used.
VALID = timedelta(hours=12)
LONGEST = 120


class LinkInvalid(Invalid):
    """The code is unknown, spent or too old."""

    code = "link_invalid"


def make_link(token: Token, now: datetime) -> str:
    """Give `token` a new link code, in place of any former one, and return it."""
    code = new_code()
    token.link_hash = fingerprint(code)
    token.link_until = now + VALID
    return code


def spend_link(work: Work, code: str, now: datetime) -> Token:
    """Return the token that `code` links to; the code is spent. Raises LinkInvalid."""
    token = work.session.scalars(
        select(Token).where(
            Token.link_hash == fingerprint(tidied(code)),
            Token.link_until > now,
            Token.revoked_at.is_(None),
        )
    ).first()
    if token is None:
        raise LinkInvalid(fields={"code": "unknown"})
    token.link_hash = None
    token.link_until = None
    return token


def agent_linked(work: Work, code: str, now: datetime) -> tuple[Token, str]:
    """Return the print agent that `code` links to, with a new secret. Raises LinkInvalid."""
    token = spend_link(work, code, now)
    if token.role != Role.AGENT.value:
        raise LinkInvalid(fields={"code": "of another kind of device"})
    value = secret()
    token.token_hash = fingerprint(value)
    return token, value


def add_device(
    work: Work, office_id: int, role: Role, name: str, now: datetime
) -> tuple[Token, str]:
    """Add a kiosk, screen or print agent; return it with its link code. Raises Invalid."""
    if role not in DEVICES or not name.strip():
        raise Invalid(fields={"role" if role not in DEVICES else "name": "not accepted"})
    token, _secret = issue_token(work, office_id, role, name.strip()[:LONGEST], now)
    return token, make_link(token, now)


def devices_of(work: Work, office_id: int) -> list[Token]:
    """Return the devices that are not revoked, newest last."""
    return list(
        work.session.scalars(
            select(Token)
            .where(
                Token.office_id == office_id,
                Token.account_id.is_(None),
                Token.revoked_at.is_(None),
            )
            .order_by(Token.role, Token.id)
        )
    )


def device_numbered(work: Work, office_id: int, device_id: int) -> Token:
    """Return the device with this number. Raises DeviceUnknown."""
    token = work.session.get(Token, device_id) if device_id <= LARGEST else None
    if (
        token is None
        or token.office_id != office_id
        or token.account_id is not None
        or token.revoked_at is not None
    ):
        raise DeviceUnknown(device=device_id)
    return token


def rename(token: Token, name: str, place: str) -> None:
    """Call a device so, and say where it stands. Raises Invalid."""
    if not name.strip():
        raise Invalid(fields={"name": "not accepted"})
    token.name, token.place = name.strip()[:LONGEST], place.strip()[:LONGEST]


def replace_key(token: Token, now: datetime) -> str:
    """Give a device another key and return the code that links it anew.

    The browser or program that had the former key stops at once, its open sockets too.
    """
    token.generation += 1
    token.token_hash = fingerprint(secret())
    return make_link(token, now)


def revoke(token: Token, now: datetime) -> None:
    """End a device: its token, its browser's cookie and its open sockets all stop working."""
    token.revoked_at = now
    token.link_hash = None
    token.link_until = None


def tell(
    work: Work, office: Office, actor: Actor | None, now: datetime, token: Token, what: str
) -> None:
    """Write what became of a device, in the office's turn; without an actor it did so itself."""
    itself = Actor(f"token:{token.id}", office.id, Role(token.role), frozenset())
    journal.append(
        work,
        office,
        Kind.DEVICE_CHANGED,
        actor or itself,
        now,
        device=f"token:{token.id}",
        role=token.role,
        what=what,
    )
