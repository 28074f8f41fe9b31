"""Browsers in which a person has signed in before: each has tries of its own to do so again.

So whoever uses up the tries of an address that the counters share keeps nobody out who signs in
where they did so before (OWASP, "Slow Down Online Guessing Attacks with Device Cookies"). What such
a browser shows opens nothing, is kept as a hash, and changes with each sign-in.
"""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from office.people import Account, fingerprint, secret
from storage.base import Base
from storage.work import Work

#: How long after the last sign-in a browser is known.
LASTS = timedelta(days=90)
#: The browsers of one account that are known, the newest: each has tries of its own.
MOST = 30


class KnownBrowser(Base):
    """A browser in which a person has signed in by password, code or provider, never by PIN."""

    __tablename__ = "known_browsers"
    __table_args__ = (
        UniqueConstraint("account_id", "secret_hash"),
        Index("ix_known_browsers_secret_hash", "secret_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    #: The account's at that time; what ends all sign-ins makes all browsers unknown.
    generation: Mapped[int]
    #: Of the browser's, which is one for all who sign in there.
    secret_hash: Mapped[str] = mapped_column(String(64))
    until: Mapped[datetime]


def known(work: Work, held: str, account_id: int | None, now: datetime) -> int | None:
    """Return by which number the browser that holds this secret is known, if it is.

    To the account, or, without one, to any.
    """
    query = (
        select(KnownBrowser.id)
        .join(Account, Account.id == KnownBrowser.account_id)
        .where(
            KnownBrowser.secret_hash == fingerprint(held),
            KnownBrowser.until >= now,
            KnownBrowser.generation == Account.generation,
            Account.active.is_(True),
        )
        .order_by(KnownBrowser.id)
        .limit(1)
    )
    if account_id is not None:
        query = query.where(KnownBrowser.account_id == account_id)
    return work.session.scalar(query)


def remember(work: Work, account: Account, held: str, now: datetime) -> str:
    """Know the browser that holds this secret, in the office's turn; return its new secret.

    Everybody else who is known there stays so; of the account, what is past goes.
    """
    value = secret()
    kept = fingerprint(value)
    mine = KnownBrowser.account_id == account.id
    if held:
        here = KnownBrowser.secret_hash == fingerprint(held)
        work.session.execute(update(KnownBrowser).where(here).values(secret_hash=kept))
    others = select(KnownBrowser.id).where(mine, KnownBrowser.secret_hash != kept)
    newest = others.order_by(KnownBrowser.until.desc(), KnownBrowser.id.desc()).limit(MOST - 1)
    past = or_(
        KnownBrowser.until < now,
        KnownBrowser.generation != account.generation,
        KnownBrowser.id.not_in(newest),
    )
    work.session.execute(delete(KnownBrowser).where(mine, past))
    work.session.add(
        KnownBrowser(
            account_id=account.id,
            generation=account.generation,
            secret_hash=kept,
            until=now + LASTS,
        )
    )
    work.session.flush()
    return value
