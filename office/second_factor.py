"""The second factor: one-time codes of a phone (RFC 6238), and recovery codes for a lost one.

Of the phone's secret nothing is kept but a salt: the secret is made of it and of the installation's
key, which lies in a file beside the database. A copy of the database alone gives no code away.
"""

import hashlib
import hmac
import secrets
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime, timedelta

import pyotp

from office.codes import new_code, tidied
from office.errors import Conflict, Forbidden, Invalid
from office.passwords import hashed, matches
from office.people import Account, Actor, Role, is_same
from office.place import Office

#: Seconds for which a code is the present one; the one before and the one after are good, too.
STEP = 30
DIGITS = 6
#: Bytes of a phone's secret (RFC 4226 section 4: 20 are recommended).
SECRET = 20
RECOVERY_CODES, RECOVERY_LENGTH = 8, 10
#: Whom an office can bid to have a second factor.
BOUND = (Role.MANAGER, Role.ADMINISTRATOR)


class CodeWrong(Invalid):
    """The code is not the phone's present one, was used before, or is no recovery code left."""

    code = "code_wrong"


class SecondFactorMissing(Forbidden):
    """The office bids its managers and administrators to have a second factor."""

    code = "second_factor_missing"


class SecondFactorFirst(Conflict):
    """Who bids others to have a second factor has one."""

    code = "second_factor_first"


def new_salt() -> str:
    """Return what a phone's secret is made of, beside the installation's key."""
    return secrets.token_hex(16)


def secret_of(key: str, salt: str) -> str:
    """Return the secret of a phone in base 32, as its program is told it."""
    digest = hmac.new(key.encode(), f"second factor:{salt}".encode(), hashlib.sha256).digest()
    return b32encode(digest[:SECRET]).decode()


def address_of(secret: str, username: str, office: str) -> str:
    """Return the otpauth address that a phone's program reads from a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=office)


def step_of(key: str, salt: str, typed: str, now: datetime) -> int | None:
    """Return the number of the step whose code was typed, or nothing where none near `now` fits."""
    code = "".join(each for each in typed if each.isdigit())
    phone = pyotp.TOTP(secret_of(key, salt), digits=DIGITS, interval=STEP)
    for drift in (0, -1, 1):
        at = now + timedelta(seconds=drift * STEP)
        if is_same(phone.at(at), code):
            return int(at.timestamp()) // STEP
    return None


def new_recovery_codes() -> tuple[list[str], list[str]]:
    """Return recovery codes, each good once, and what is kept of them."""
    codes = [new_code(RECOVERY_LENGTH) for _ in range(RECOVERY_CODES)]
    return codes, [hashed(each) for each in codes]


def recovery_hash_of(kept: Sequence[str], typed: str) -> str | None:
    """Return the kept hash of the recovery code that was typed; takes a tenth of a second each."""
    code = tidied(typed)
    if len(code) != RECOVERY_LENGTH:
        return None
    return next((each for each in kept if matches(each, code)), None)


def recoveries(account: Account) -> Sequence[str]:
    """Return what is kept of the recovery codes that are left."""
    return account.recovery_hashes or ()


def begin(account: Account, salt: str, step: int, hashes: list[str]) -> None:
    """Let the account be asked for codes from now on; its sessions from before end."""
    account.totp_salt, account.totp_step = salt, step
    account.recovery_hashes = hashes
    account.generation += 1


def use(account: Account, step: int | None, recovery: str | None) -> None:
    """Use a code up, in the office's turn. Raises CodeWrong where somebody did so before."""
    if step is not None and (account.totp_step or 0) < step:
        account.totp_step = step
    elif recovery is not None and recovery in recoveries(account):
        account.recovery_hashes = [each for each in recoveries(account) if each != recovery]
    else:
        raise CodeWrong(fields={"code": "not accepted"})


def end(account: Account) -> None:
    """Let the account do without a second factor; its sessions end."""
    account.totp_salt = account.totp_step = None
    account.recovery_hashes = None
    account.generation += 1


def is_lacking(office: Office, account: Account) -> bool:
    """Say whether the office bids the account to have a second factor, and it has none."""
    bound = office.second_factor and account.role in BOUND
    return bound and account.totp_salt is None


def bid(office: Office, actor: Actor, account: Account, *, wanted: bool) -> None:
    """Bid managers and administrators to have a second factor, or no more, in the office's turn.

    Raises Forbidden, or SecondFactorFirst where the administrator who bids has none.
    """
    if actor.role is not Role.ADMINISTRATOR:
        raise Forbidden(role=actor.role.value)
    if wanted and account.totp_salt is None:
        raise SecondFactorFirst()
    office.second_factor = wanted
