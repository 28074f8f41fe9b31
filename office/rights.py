"""Rights granted to single accounts beyond their role's, and taken back."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from office import journal
from office.errors import AccountUnknown
from office.journal import Kind
from office.people import GRANTABLE, RIGHTS, Account, Actor, Right, Role, as_counted
from office.place import Office
from storage.base import LARGEST
from storage.work import Work


def accounts_of(work: Work, office_id: int) -> list[Account]:
    """Return the office's open accounts, by name."""
    found = work.session.scalars(
        select(Account)
        .where(Account.office_id == office_id, Account.active.is_(True))
        .order_by(Account.id)
    )
    return sorted(found, key=lambda each: (each.role, as_counted(each.name)))


def of_role(account: Account) -> frozenset[Right]:
    """Return the grantable rights that the account's role has anyway."""
    return RIGHTS[Role(account.role)] & frozenset(GRANTABLE)


def grant(
    work: Work,
    office: Office,
    actor: Actor,
    now: datetime,
    account_id: int,
    rights: Iterable[Right],
) -> Account:
    """Let an account have these grantable rights beyond its role's, and no others.

    They hold from the next request on; sockets that they were needed for close with the next
    heartbeat. Raises Forbidden or AccountUnknown.
    """
    actor.need(Right.MANAGE)
    account = work.session.get(Account, account_id) if account_id <= LARGEST else None
    if account is None or account.office_id != office.id or not account.active:
        raise AccountUnknown()
    wanted = [each.value for each in GRANTABLE if each in set(rights)]
    grantable = {each.value for each in GRANTABLE}
    kept = [each for each in account.extra_rights if each not in grantable]
    former = sorted(set(account.extra_rights) & grantable)
    if sorted(wanted) == former:
        return account
    account.extra_rights = [*kept, *wanted]
    journal.append(
        work,
        office,
        Kind.RIGHTS_CHANGED,
        actor,
        now,
        account=f"account:{account.id}",
        granted=sorted(set(wanted) - set(former)),
        revoked=sorted(set(former) - set(wanted)),
    )
    return account
