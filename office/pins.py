"""PINs: six digits with which a clerk takes over a counter, hashed apart from the password."""

import re

from sqlalchemy import select

from office.errors import AccountUnknown, Conflict, Invalid
from office.passwords import hashed, matches
from office.people import Account
from storage.work import Work

LENGTH = 6
#: Digits that follow one another, up or down.
_RUNS = ("0123456789", "9876543210")


class PinRefused(Invalid):
    """It is not six digits, or they are the first that anybody would try."""

    code = "pin_refused"


class PinWrong(Invalid):
    """The PIN is not this account's."""

    code = "pin_wrong"


class PinUnset(Conflict):
    """The account has no PIN."""

    code = "pin_unset"


def hash_pin(pin: str) -> str:
    """Return the hash of `pin`. Raises PinRefused."""
    easy = len(set(pin)) < 3 or any(pin in run for run in _RUNS)
    if not re.fullmatch(rf"[0-9]{{{LENGTH}}}", pin) or easy:
        raise PinRefused(fields={"pin": f"{LENGTH} digits, not easily guessed"})
    return hashed(pin)


def is_pin(account: Account, pin: str) -> bool:
    """Say whether `pin` is the account's. Raises PinUnset where it has none."""
    if account.pin_hash is None:
        raise PinUnset(account=account.username)
    return matches(account.pin_hash, pin)


def colleague_named(work: Work, office_id: int, username: str) -> Account:
    """Return the office's open account with this sign-in name. Raises AccountUnknown."""
    found = work.session.scalars(
        select(Account).where(
            Account.office_id == office_id,
            Account.username == username.strip().lower(),
            Account.active.is_(True),
        )
    ).one_or_none()
    if found is None:
        raise AccountUnknown(account=username)
    return found
