"""Accounts: people are invited, become something else, leave, and come back.

A manager sees to those who work in the queue or only read. Managers, administrators, and
inspectors, who look at the office from outside its chain of command, are an administrator's
business. Nobody changes or closes the account they act with, and one administrator always remains.
Nobody is told a password: whoever is invited gets a code and chooses one.
"""

import re
from datetime import datetime, timedelta

from sqlalchemy import func, select

from office import journal, second_factor
from office.codes import new_code, tidied
from office.desks import leave_all
from office.errors import AccountUnknown, Conflict, Forbidden, Invalid, all_at_once
from office.journal import Kind
from office.passwords import account_named, set_password
from office.people import (
    DEVICES,
    Account,
    Actor,
    Right,
    Role,
    Token,
    actor_of_account,
    as_counted,
    fingerprint,
)
from office.place import Office
from office.turn import take_turn
from storage.base import LARGEST
from storage.work import Work

#: How long an invitation can be used.
VALID = timedelta(hours=72)
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
LONGEST_NAME = 120
#: Whom a manager sees to.
OF_A_MANAGER = (Role.STAFF, Role.RECEPTION, Role.SUPERVISOR, Role.HEAD)
PEOPLE = tuple(role for role in Role if role not in DEVICES)


class AccountTaken(Conflict):
    """Somebody of this office, perhaps one who left, signs in by this name."""

    code = "account_taken"


class LastAdministrator(Conflict):
    """Without this account nobody could see to the others."""

    code = "last_administrator"


class AccountOfAnother(Forbidden):
    """Somebody else came from the provider as the holder of this account."""

    code = "single_sign_on_other"


class InvitationInvalid(Invalid):
    """The name and the code do not belong together, or the code was used or is too old."""

    code = "invitation_invalid"


def roles_given_by(actor: Actor) -> tuple[Role, ...]:
    """Return the roles that the actor may give, and whose holders they see to."""
    if not actor.may(Right.MANAGE):
        return ()
    return PEOPLE if actor.role is Role.ADMINISTRATOR else OF_A_MANAGER


def people_of(work: Work, office_id: int) -> list[Account]:
    """Return all accounts, the open ones first, by name."""
    found = work.session.scalars(
        select(Account).where(Account.office_id == office_id).order_by(Account.id)
    )
    return sorted(found, key=lambda each: (not each.active, as_counted(each.name)))


def invite(
    work: Work, office: Office, actor: Actor, now: datetime, username: str, name: str, role: str
) -> tuple[Account, str]:
    """Add an account; return it with the code that lets its holder choose a password.

    Raises Forbidden, Invalid or AccountTaken.
    """
    wanted = _given(actor, role)
    username = username.strip().lower()
    taken = select(Account.id).where(Account.office_id == office.id, Account.username == username)
    with all_at_once() as check:
        with check():
            _named(name)
        with check():
            if not USERNAME.fullmatch(username):
                raise Invalid(fields={"username": "2 to 60 of a-z, 0-9, dot, dash and underscore"})
            if work.session.scalars(taken).first() is not None:
                raise AccountTaken(fields={"username": "taken by somebody else"}, account=username)
    account = Account(
        office_id=office.id,
        username=username,
        name=_named(name),
        role=wanted.value,
        extra_rights=[],
        password_hash="",
    )
    work.session.add(account)
    work.session.flush()
    code = _new_invitation(account, now)
    tell(work, office, actor, now, account, "added", role=wanted.value)
    return account, code


def invite_again(
    work: Work, office: Office, actor: Actor, now: datetime, account_id: int
) -> tuple[Account, str]:
    """Give the holder a new code, such as after a forgotten password, which holds until then.

    Raises Forbidden or AccountUnknown.
    """
    account = _seen_to(work, office, actor, account_id)
    if not account.active:
        raise AccountUnknown()
    code = _new_invitation(account, now)
    tell(work, office, actor, now, account, "invited")
    return account, code


def invited(work: Work, username: str, code: str, now: datetime) -> Account:
    """Return the account that `code` lets its holder choose a password for.

    Raises InvitationInvalid.
    """
    try:
        account = account_named(work, username)
    except AccountUnknown as error:
        raise InvitationInvalid(fields={"code": "unknown"}) from error
    if (
        not account.active
        or account.invite_until is None
        or account.invite_until <= now
        or account.invite_hash != fingerprint(tidied(code))
    ):
        raise InvitationInvalid(fields={"code": "unknown"})
    return account


def accept(work: Work, username: str, code: str, password_hash: str, now: datetime) -> Account:
    """Let the holder of `code` have this password; every session from before ends.

    Raises InvitationInvalid.
    """
    account = invited(work, username, code, now)
    office = take_turn(work, account.office_id, now)
    set_password(account, password_hash)
    account.invite_hash = None
    account.invite_until = None
    tell(work, office, actor_of_account(account), now, account, "accepted")
    return account


def end_second_factor(
    work: Work, office: Office, actor: Actor, now: datetime, account_id: int
) -> Account:
    """Let somebody who lost the phone and the recovery codes sign in by the password alone.

    Raises Forbidden or AccountUnknown.
    """
    account = _seen_to(work, office, actor, account_id)
    if account.totp_salt is not None:
        second_factor.end(account)
        tell(work, office, actor, now, account, "second_factor_ended")
    return account


def known_by(work: Work, subject_hash: str) -> Account | None:
    """Return the account of whom the provider of single sign-on knows by this subject, if any."""
    return work.session.scalar(select(Account).where(Account.subject_hash == subject_hash))


def bind(work: Work, account_id: int, subject_hash: str, now: datetime) -> None:
    """Let the account be that of this subject from now on, whatever the provider calls it later.

    OpenID Connect Core section 5.7: issuer and subject alone name somebody for good. Raises
    AccountOfAnother.
    """
    account = work.session.get_one(Account, account_id)
    office = take_turn(work, account.office_id, now)
    work.session.refresh(account)
    if account.subject_hash is not None or known_by(work, subject_hash) is not None:
        raise AccountOfAnother()
    account.subject_hash = subject_hash
    tell(work, office, actor_of_account(account), now, account, "provider_bound")


def unbind(work: Work, office: Office, actor: Actor, now: datetime, account_id: int) -> Account:
    """Let whoever has the account's name at the provider be its holder, once more.

    As after a person got another identity there. Raises Forbidden or AccountUnknown.
    """
    account = _seen_to(work, office, actor, account_id)
    if account.subject_hash is not None:
        account.subject_hash = None
        account.generation += 1
        tell(work, office, actor, now, account, "provider_unbound")
    return account


def end_sign_ins(
    work: Work, office: Office, actor: Actor, now: datetime, account_id: int
) -> Account:
    """Sign somebody out everywhere, as where a computer was left behind.

    Raises Forbidden or AccountUnknown.
    """
    account = _seen_to(work, office, actor, account_id)
    account.generation += 1
    tell(work, office, actor, now, account, "sign_ins_ended")
    return account


def bid_second_factor(
    work: Work, office: Office, actor: Actor, now: datetime, *, wanted: bool
) -> None:
    """Bid managers and administrators to have a second factor, or no more.

    Raises Forbidden or SecondFactorFirst.
    """
    account = work.session.get(Account, actor.account_id or 0)
    if account is None:
        raise Forbidden(account="none")
    former = {"second_factor": office.second_factor}
    second_factor.bid(office, actor, account, wanted=wanted)
    journal.append_change(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        former,
        {"second_factor": wanted},
        part="second_factor",
    )


def change(
    work: Work, office: Office, actor: Actor, now: datetime, account_id: int, name: str, role: str
) -> Account:
    """Let an account have another name and role; rights granted to it alone stay.

    Raises Forbidden, AccountUnknown, Invalid or LastAdministrator.
    """
    account = _seen_to(work, office, actor, account_id)
    wanted, former = _given(actor, role), account.role
    if former == Role.ADMINISTRATOR and wanted is not Role.ADMINISTRATOR:
        _another_administrator(work, account)
    account.name = _named(name)
    account.role = wanted.value
    tell(work, office, actor, now, account, "changed", role=wanted.value, former_role=former)
    return account


def close(work: Work, office: Office, actor: Actor, now: datetime, account_id: int) -> Account:
    """Let nobody use this account any more: sessions, tokens and invitation end, its past stays.

    Its counter is signed off. Raises Forbidden, AccountUnknown, LastAdministrator, or CounterBusy
    while a visitor is called or being served there.
    """
    account = _seen_to(work, office, actor, account_id)
    if not account.active:
        return account
    if account.role == Role.ADMINISTRATOR:
        _another_administrator(work, account)
    leave_all(work, office, actor, now, account.id)
    for token in work.session.scalars(
        select(Token).where(Token.account_id == account.id, Token.revoked_at.is_(None))
    ):
        token.revoked_at = now
    account.active = False
    second_factor.end(account)
    account.pin_hash = None
    account.subject_hash = None
    account.invite_hash = None
    account.invite_until = None
    tell(work, office, actor, now, account, "closed")
    return account


def reopen(
    work: Work, office: Office, actor: Actor, now: datetime, account_id: int
) -> tuple[Account, str]:
    """Let somebody come back, with a code for a new password. Raises Forbidden, AccountUnknown."""
    account = _seen_to(work, office, actor, account_id)
    account.active = True
    account.password_hash = ""
    code = _new_invitation(account, now)
    tell(work, office, actor, now, account, "reopened")
    return account, code


def _seen_to(work: Work, office: Office, actor: Actor, account_id: int) -> Account:
    account = work.session.get(Account, account_id) if account_id <= LARGEST else None
    if account is None or account.office_id != office.id:
        raise AccountUnknown()
    if account.id == actor.account_id:
        raise Forbidden(account="own")
    _given(actor, account.role)
    return account


def _given(actor: Actor, role: str) -> Role:
    """Return the role, which the actor may give. Raises Invalid or Forbidden."""
    if role not in PEOPLE:
        raise Invalid(fields={"role": "not accepted"})
    if role not in roles_given_by(actor):
        raise Forbidden(role=role)
    return Role(role)


def _another_administrator(work: Work, account: Account) -> None:
    others = work.session.scalar(
        select(func.count()).where(
            Account.office_id == account.office_id,
            Account.role == Role.ADMINISTRATOR.value,
            Account.active.is_(True),
            Account.id != account.id,
        )
    )
    if not others:
        raise LastAdministrator()


def _named(name: str) -> str:
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise Invalid(fields={"name": f"1 to {LONGEST_NAME} characters"})
    return tidy


def _new_invitation(account: Account, now: datetime) -> str:
    code = new_code()
    account.invite_hash = fingerprint(code)
    account.invite_until = now + VALID
    return code


def tell(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    account: Account,
    what: str,
    **detail: str,
) -> None:
    """Write what became of an account, in the office's turn; the journal names nobody."""
    who = f"account:{account.id}"
    journal.append(
        work, office, Kind.ACCOUNT_CHANGED, actor, now, None, account=who, what=what, **detail
    )
