"""Passwords: Argon2id hashes (RFC 9106), and the check at sign-in."""

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from office.errors import AccountUnknown, Invalid
from office.people import Account
from office.place import Office
from storage.work import Work

#: Shortest password accepted.
SHORTEST = 10

_hasher = PasswordHasher()


class PasswordTooShort(Invalid):
    """The password has fewer than SHORTEST characters."""

    code = "password_too_short"


def new_password() -> str:
    """Return a password that can be read out: four groups of four letters and digits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def hash_password(password: str) -> str:
    """Return the hash of `password`. Raises PasswordTooShort."""
    if len(password) < SHORTEST:
        raise PasswordTooShort(fields={"password": f"at least {SHORTEST} characters"})
    return hashed(password)


def hashed(secret: str) -> str:
    """Return the hash of a secret that people remember."""
    return _hasher.hash(secret)


def matches(password_hash: str | None, password: str) -> bool:
    """Say whether `password` is the one hashed; takes as long when there is no hash."""
    if not password_hash:
        _hasher.hash(password)
        return False
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def account_named(work: Work, name: str) -> Account:
    """Return the account with this sign-in name, or `name@office` where several offices have it.

    The part after the @ is the office's code. Raises AccountUnknown, also for a bare name that more
    than one office has.
    """
    username, _, code = name.strip().lower().partition("@")
    query = select(Account).where(Account.username == username)
    if code:
        query = query.join(Office, Office.id == Account.office_id).where(Office.code == code)
    found = work.session.scalars(query.order_by(Account.id).limit(2)).all()
    if len(found) != 1:
        raise AccountUnknown(account=name)
    return found[0]


def set_password(account: Account, password_hash: str) -> None:
    """Give `account` a new password, end every session that began before, and drop its PIN."""
    account.password_hash = password_hash
    account.pin_hash = None
    account.generation += 1
