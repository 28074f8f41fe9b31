"""Programs of others: a token of the person who lets them in, good for chosen rights only."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from office import journal
from office.errors import DeviceUnknown, Invalid
from office.journal import Kind
from office.people import Actor, Right, Token, issue_token
from office.place import Office
from storage.base import LARGEST
from storage.work import Work

LONGEST_NAME = 120
#: What programs are let do; the rest is done by people at pages.
SCOPES = (
    Right.READ_BOARD,
    Right.READ_JOURNAL,
    Right.READ_REPORTS,
    Right.TAKE_TICKET,
    Right.RECEIVE,
    Right.RUN_FLOOR,
)


def programs_of(work: Work, office_id: int) -> Sequence[Token]:
    """Return the tokens of programs that are not revoked, by when they were made."""
    return work.session.scalars(
        select(Token)
        .where(
            Token.office_id == office_id,
            Token.account_id.is_not(None),
            Token.revoked_at.is_(None),
        )
        .order_by(Token.id)
    ).all()


def let_in(
    work: Work, office: Office, actor: Actor, now: datetime, name: str, scopes: Collection[str]
) -> tuple[Token, str]:
    """Make a token of the person who asks, for these rights of theirs; return it and its secret.

    It ends with the account, and has no right that its person has no more. Raises Forbidden or
    Invalid.
    """
    actor.need(Right.MANAGE)
    tidy = " ".join(name.split())
    wanted = [each for each in SCOPES if each.value in scopes]
    wrong = {}
    if not 0 < len(tidy) <= LONGEST_NAME:
        wrong["name"] = f"1 to {LONGEST_NAME} characters"
    if not wanted or len(wanted) != len(set(scopes)) or not set(wanted) <= actor.rights:
        wrong["scopes"] = "one or more of your own rights"
    if actor.account_id is None:
        wrong["account"] = "a person is needed"
    if wrong:
        raise Invalid(fields=wrong)
    token, value = issue_token(work, office.id, actor.role, tidy, now, account_id=actor.account_id)
    token.scopes = [each.value for each in wanted]
    _tell(work, office, actor, now, token, "added")
    return token, value


def shut_out(work: Work, office: Office, actor: Actor, now: datetime, number: int) -> None:
    """End a program's token, within seconds. Raises Forbidden or DeviceUnknown."""
    actor.need(Right.MANAGE)
    token = work.session.get(Token, number) if 0 < number <= LARGEST else None
    if token is None or token.office_id != office.id or token.account_id is None:
        raise DeviceUnknown(device=number)
    if token.revoked_at is None:
        token.revoked_at = now
        _tell(work, office, actor, now, token, "removed")


def _tell(work: Work, office: Office, actor: Actor, now: datetime, token: Token, what: str) -> None:
    journal.append(
        work,
        office,
        Kind.OFFICE_CHANGED,
        actor,
        now,
        part="programs",
        token=token.id,
        what=what,
        scopes=token.scopes,
    )
