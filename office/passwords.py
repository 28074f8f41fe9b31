"""Passwords: Argon2id hashes (RFC 9106), and the check at sign-in."""

import secrets
from itertools import pairwise

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from office.errors import AccountUnknown, Invalid
from office.people import Account
from office.place import Office
from storage.work import Work

#: Shortest password accepted.
SHORTEST = 10
#: Fewer guesses than these find a password out too soon, though only few can be tried in an hour:
#: what zxcvbn calls "somewhat guessable" and worse.
GUESSES = 10**8
#: Beginnings longer than this are judged no better.
JUDGED = 72
#: Words that are tried first where this program is used.
LIKELY = (
    *("antrean", "antrian", "loket", "dukcapil", "disdukcapil", "kantor", "petugas", "pegawai"),
    *("pelayanan", "layanan", "manajer", "kependudukan", "indonesia", "merdeka", "bismillah"),
    *("rahasia", "sayang", "katasandi", "selamat", "pagi"),
)

_hasher = PasswordHasher()


class PasswordTooShort(Invalid):
    """The password has fewer than SHORTEST characters."""

    code = "password_too_short"


class PasswordCommon(Invalid):
    """The password is among the first that others would try."""

    code = "password_common"


class PasswordsDiffer(Invalid):
    """The password was not typed the same twice."""

    code = "passwords_differ"


def new_password() -> str:
    """Return a password that can be read out: four groups of four letters and digits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def hash_password(password: str, *known: str) -> str:
    """Return the hash of `password`, of whose holder and office `known` is known.

    What is asked is length and that nobody guesses it, not signs of certain kinds (NIST SP
    800-63B section 3.1.1.2). Raises PasswordTooShort or PasswordCommon.
    """
    if len(password) < SHORTEST:
        raise PasswordTooShort(fields={"password": f"at least {SHORTEST} characters"})
    if guesses(password, *known) < GUESSES:
        raise PasswordCommon(fields={"password": "easily guessed"})
    return hashed(password)


def guesses(password: str, *known: str) -> float:
    """Return about how many guesses find `password` out, for somebody who knows what is `known`."""
    from zxcvbn import zxcvbn  # its lists of words take 13 MB, and few ever choose a password

    words = [word for each in known for word in each.split()]
    pairs = [one + other for one, other in pairwise(words)]
    return float(zxcvbn(password[:JUDGED], user_inputs=[*words, *pairs, *LIKELY])["guesses"])


def known_of(account: Account, office: Office) -> tuple[str, ...]:
    """Return what others know of a person and would try as a password."""
    return (account.username, account.name, office.code, *office.names.values())


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
