"""Who may do what: accounts of people, tokens of devices, and the rights of each role."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from office.errors import Forbidden
from storage.base import Base
from storage.work import Work


class Right(StrEnum):
    """One thing somebody may do."""

    TAKE_TICKET = "ticket.take"
    READ_BOARD = "board.read"
    READ_JOURNAL = "journal.read"
    READ_COUNTERS = "counters.read"
    SERVE = "counter.serve"
    SERVE_ANYWHERE = "counter.any"
    CALL_OUT_OF_ORDER = "call.out_of_order"
    WALK_IN = "ticket.walk_in"
    CHANGE_PRIORITY = "ticket.priority"
    CANCEL_TICKET = "ticket.cancel"
    TRANSFER = "ticket.transfer"
    REPRINT = "ticket.reprint"
    RECEIVE = "reception.run"
    RUN_FLOOR = "floor.run"
    READ_REPORTS = "report.read"
    CLOSE_DAY = "day.close"
    MANAGE = "office.manage"
    PRINT = "print"
    TYPE_SURVEYS = "survey.type"
    RATE_AT_EXIT = "rating.exit"
    RATE_AT_COUNTER = "rating.counter"
    READ_INTEGRITY = "integrity.read"
    READ_AUDIT = "audit.read"
    SPOT_CHECK = "spot_check.run"


class Role(StrEnum):
    """What an account or a device is."""

    KIOSK = "kiosk"
    SCREEN = "screen"
    AGENT = "agent"
    #: The tablet at the door, where visitors say how they were served.
    EXIT = "exit"
    STAFF = "staff"
    RECEPTION = "reception"
    SUPERVISOR = "supervisor"
    MANAGER = "manager"
    #: Who heads the office, and reads everything without changing anything, from home too.
    HEAD = "head"
    INSPECTOR = "inspector"
    ADMINISTRATOR = "administrator"


DEVICES = (Role.KIOSK, Role.SCREEN, Role.AGENT, Role.EXIT)

_STAFF = {Right.SERVE, Right.READ_BOARD, Right.READ_JOURNAL, Right.READ_COUNTERS}
#: What a clerk may do only if it was granted to the account; supervisors may without that.
GRANTABLE = (
    Right.CALL_OUT_OF_ORDER,
    Right.TRANSFER,
    Right.CANCEL_TICKET,
    Right.CHANGE_PRIORITY,
    Right.WALK_IN,
    Right.REPRINT,
)
_RECEPTION = {
    Right.TAKE_TICKET,
    Right.RECEIVE,
    Right.TYPE_SURVEYS,
    Right.REPRINT,
    Right.CANCEL_TICKET,
    Right.READ_BOARD,
    Right.READ_JOURNAL,
}
_SUPERVISOR = _STAFF | {
    Right.SERVE_ANYWHERE,
    *_RECEPTION,
    Right.RUN_FLOOR,
    *GRANTABLE,
}
_MANAGER = _SUPERVISOR | {Right.READ_REPORTS, Right.CLOSE_DAY, Right.MANAGE}

#: What nobody who works in the office may do: answer for visitors, read what they report of money,
#: look at the office unannounced.
_NOT_OF_THE_OFFICE = {
    *(Right.RATE_AT_EXIT, Right.RATE_AT_COUNTER),
    *(Right.READ_INTEGRITY, Right.SPOT_CHECK),
}

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.KIOSK: frozenset({Right.TAKE_TICKET}),
    Role.SCREEN: frozenset({Right.READ_BOARD, Right.READ_JOURNAL, Right.RATE_AT_COUNTER}),
    Role.AGENT: frozenset({Right.PRINT}),
    Role.EXIT: frozenset({Right.RATE_AT_EXIT}),
    Role.STAFF: frozenset(_STAFF),
    Role.RECEPTION: frozenset(_RECEPTION),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.MANAGER: frozenset(_MANAGER),
    Role.HEAD: frozenset({Right.READ_BOARD, Right.READ_JOURNAL, Right.READ_REPORTS}),
    Role.INSPECTOR: frozenset(
        {
            *(Right.READ_BOARD, Right.READ_JOURNAL, Right.READ_REPORTS),
            *(Right.READ_INTEGRITY, Right.READ_AUDIT, Right.SPOT_CHECK),
        }
    ),
    Role.ADMINISTRATOR: frozenset(Right) - _NOT_OF_THE_OFFICE,
}


class Account(Base):
    """A person who signs in."""

    __tablename__ = "accounts"
    __table_args__ = (
        UniqueConstraint("office_id", "username"),
        Index("uq_accounts_subject_hash", "subject_hash", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    username: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    role: Mapped[str] = mapped_column(String(20))
    #: Rights granted beyond the role's own.
    extra_rights: Mapped[list[str]] = mapped_column(default=list)
    #: Empty until its holder has chosen a password.
    password_hash: Mapped[str] = mapped_column(String(200))
    #: Of the digits with which its holder takes over a counter, if they chose any.
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    #: What the secret of its holder's phone is made of, and the newest step whose code was used.
    totp_salt: Mapped[str | None] = mapped_column(String(32))
    totp_step: Mapped[int | None]
    #: Of the codes that stand in for a lost phone, those not used yet.
    recovery_hashes: Mapped[list[str] | None]
    #: Of whom the provider of single sign-on knows as its holder, once they came from there.
    subject_hash: Mapped[str | None] = mapped_column(String(64))
    #: Of the code with which its holder chooses a password, once, and until when it is good.
    invite_hash: Mapped[str | None] = mapped_column(String(64))
    invite_until: Mapped[datetime | None]
    #: Goes up with every change of password and ends the sessions that began before it.
    generation: Mapped[int] = mapped_column(default=0)
    active: Mapped[bool] = mapped_column(default=True)


class Token(Base):
    """A revocable bearer token of a device, or of a person's script; only its hash is kept."""

    __tablename__ = "tokens"
    __table_args__ = (
        CheckConstraint(
            "role IN ('kiosk', 'screen', 'agent', 'exit') OR account_id IS NOT NULL", name="role"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"))
    role: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    #: The only counter a clerk's token serves at.
    counter_id: Mapped[int | None] = mapped_column(ForeignKey("counters.id"))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    #: The hash of a link that hands this token's place to a browser, once.
    link_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    link_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    #: Of a person's rights, those that a program has; None is all of them.
    scopes: Mapped[list[str] | None]
    #: Where the device stands, in the manager's words.
    place: Mapped[str] = mapped_column(String(120), default="", server_default=text("''"))
    #: Goes up when its key is replaced, and unlinks the browser that it was until then.
    generation: Mapped[int] = mapped_column(default=0, server_default="0")
    #: When its screen was last seen connected, to within a minute or two.
    seen_at: Mapped[datetime | None]


#: A token that holds and whose it is, by its `hash`. Statements of every call are built once: to
#: build one again costs more than to run it.
TOKEN = (
    select(Token, Account)
    .outerjoin(Account, Account.id == Token.account_id)
    .where(Token.token_hash == bindparam("hash"), Token.revoked_at.is_(None))
)


@dataclass(frozen=True)
class Actor:
    """Whoever asks: a device, a person, or the holder of a ticket."""

    key: str
    office_id: int
    role: Role
    rights: frozenset[Right]
    name: str = ""
    account_id: int | None = None
    counter_id: int | None = None
    token_id: int | None = None
    #: Of the device's key, which may have been replaced since.
    generation: int = 0
    #: The sign-in of a person at a browser.
    sign_in_id: int | None = None
    #: Fields of the request's own, such as a session's generation, are not the domain's business.
    languages: tuple[str, ...] = field(default=())

    def may(self, right: Right) -> bool:
        """Say whether the actor has `right`."""
        return right in self.rights

    def need(self, right: Right) -> None:
        """Raise Forbidden unless the actor has `right`."""
        if right not in self.rights:
            raise Forbidden(right=right.value)


def as_counted(name: str) -> tuple[tuple[str, int], ...]:
    """Return what sorts names as people do: Petugas 2 before Petugas 10, whatever the case."""
    return tuple(
        (words, int(digits or 0))
        for words, digits in re.findall(r"(\D*)(\d*)", name.casefold())
        if words or digits
    )


def secret() -> str:
    """Return a new secret of 192 bits, fit for an address."""
    return secrets.token_urlsafe(24)


def fingerprint(value: str) -> str:
    """Return the SHA-256 of a high-entropy secret, which is all that is kept of it."""
    return hashlib.sha256(value.encode(errors="surrogatepass")).hexdigest()


def is_same(secret: str, given: str) -> bool:
    """Say whether what was given is the secret, in a time that does not tell how near it came."""
    return hmac.compare_digest(secret.encode(), given.encode(errors="surrogatepass"))


def rights_of(account: Account) -> frozenset[Right]:
    """Return the rights of an account: its role's and those granted beyond."""
    return RIGHTS[Role(account.role)] | {Right(each) for each in account.extra_rights}


def actor_of_account(account: Account) -> Actor:
    """Return the actor that a signed-in account is."""
    return Actor(
        key=f"account:{account.id}",
        office_id=account.office_id,
        role=Role(account.role),
        rights=rights_of(account),
        name=account.name,
        account_id=account.id,
    )


def at_counters(actor: Actor) -> Actor:
    """Return the actor with no right beyond what is done at counters and on the floor.

    For whoever proved with a PIN who they are: six digits open no settings and no reports.
    """
    return replace(actor, rights=actor.rights & RIGHTS[Role.SUPERVISOR])


def actor_of_token(work: Work, value: str) -> Actor | None:
    """Return the actor a bearer token stands for, or nothing if it is unknown or revoked."""
    row = work.session.execute(TOKEN, {"hash": fingerprint(value)}).first()
    if row is None:
        return None
    token, account = row
    if account is not None and not account.active:
        return None
    actor = device_actor(token)
    if account is not None:
        actor = replace(actor, rights=rights_of(account), name=account.name)
    if token.scopes is not None:
        actor = replace(actor, rights=actor.rights & {Right(each) for each in token.scopes})
    return actor


def device_actor(token: Token) -> Actor:
    """Return the actor a device is."""
    return Actor(
        key=f"token:{token.id}",
        office_id=token.office_id,
        role=Role(token.role),
        rights=RIGHTS[Role(token.role)],
        name=token.name,
        account_id=token.account_id,
        counter_id=token.counter_id,
        token_id=token.id,
        generation=token.generation,
    )


def issue_token(
    work: Work,
    office_id: int,
    role: Role,
    name: str,
    now: datetime,
    *,
    account_id: int | None = None,
    counter_id: int | None = None,
) -> tuple[Token, str]:
    """Make a token; return its row and the secret, which is told this once."""
    value = secret()
    token = Token(
        office_id=office_id,
        role=role.value,
        name=name,
        account_id=account_id,
        counter_id=counter_id,
        token_hash=fingerprint(value),
        created_at=now,
    )
    work.session.add(token)
    work.session.flush()
    return token, value
