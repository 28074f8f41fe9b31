"""Sign-ins: which browsers hold an account, so that each can be ended from elsewhere."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, bindparam, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Unknown
from office.people import Account
from storage.base import LARGEST, Base
from storage.work import Work

#: How long a person stays signed in.
LASTS = timedelta(hours=12)
LONGEST_BROWSER = 60


class SignInUnknown(Unknown):
    """The account has no such sign-in now."""

    code = "sign_in_unknown"


class SignIn(Base):
    """One browser in which a person has signed in; the cookie holds its number, signed."""

    __tablename__ = "sign_ins"
    __table_args__ = (Index("ix_sign_ins_account_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    #: The account's at that time; a new password ends all from before.
    generation: Mapped[int]
    began_at: Mapped[datetime]
    until: Mapped[datetime]
    #: What kind of browser and system, in a word or two.
    browser: Mapped[str] = mapped_column(String(LONGEST_BROWSER))
    #: By the PIN, which is good at counters only.
    by_pin: Mapped[bool]
    ended_at: Mapped[datetime | None]


#: The sign-ins that hold at `now`, and whose they are.
HOLDING = (
    select(SignIn, Account)
    .join(Account, Account.id == SignIn.account_id)
    .where(
        SignIn.ended_at.is_(None),
        SignIn.until >= bindparam("now"),
        SignIn.generation == Account.generation,
        Account.active.is_(True),
    )
)
THIS = HOLDING.where(SignIn.id == bindparam("sign_in"))


def begin(
    work: Work, account: Account, now: datetime, browser: str, *, by_pin: bool = False
) -> SignIn:
    """Sign `account` in with a browser; its sign-ins that are over are forgotten."""
    work.session.execute(delete(SignIn).where(SignIn.account_id == account.id, SignIn.until < now))
    made = SignIn(
        account_id=account.id,
        generation=account.generation,
        began_at=now,
        until=now + LASTS,
        browser=browser[:LONGEST_BROWSER],
        by_pin=by_pin,
    )
    work.session.add(made)
    work.session.flush()
    return made


def holding(work: Work, sign_in: int, now: datetime) -> tuple[SignIn, Account] | None:
    """Return the sign-in with this number and whose it is, while it holds."""
    row = work.session.execute(THIS, {"sign_in": sign_in, "now": now}).first()
    return None if row is None else (row[0], row[1])


def all_holding(work: Work, now: datetime) -> set[int]:
    """Return the numbers of all sign-ins that hold."""
    return set(work.session.scalars(HOLDING.with_only_columns(SignIn.id), {"now": now}))


def of_account(work: Work, account_id: int, now: datetime) -> Sequence[SignIn]:
    """Return the account's sign-ins that hold, newest first."""
    rows = work.session.execute(
        HOLDING.where(SignIn.account_id == account_id).order_by(SignIn.id.desc()), {"now": now}
    )
    return [sign_in for sign_in, _account in rows]


def end(work: Work, account_id: int, sign_in: int, now: datetime) -> None:
    """End one of the account's sign-ins, its pages and sockets too. Raises SignInUnknown."""
    row = work.session.get(SignIn, sign_in) if sign_in <= LARGEST else None
    if row is None or row.account_id != account_id or row.ended_at is not None:
        raise SignInUnknown()
    row.ended_at = now
