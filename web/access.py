"""Who is asking: a bearer token, or the cookie of a signed-in person or a linked device.

A browser may hold several identities at once (a clerk who also tests the kiosk); the first that has
the right in question is the one that asks.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Request, g, request, session
from sqlalchemy import select

from office import journal, second_factor, sign_ins
from office.errors import Forbidden, OfficeError, TicketUnknown
from office.journal import Kind
from office.people import (
    RIGHTS,
    Account,
    Actor,
    Right,
    Role,
    Token,
    actor_of_account,
    actor_of_token,
    at_counters,
    fingerprint,
)
from office.place import Office, has_several, only_office, the_office
from office.programs import SCOPES
from office.second_factor import SecondFactorMissing
from office.sign_ins import SignIn
from office.tickets import Ticket, unknown_secret
from office.turn import take_turn
from storage.work import Work
from web import known_browser

#: How long after the password a code is waited for.
HALF_WAY = timedelta(minutes=10)
#: Marks in what a browser says of itself; the first that is there counts.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "Windows": "Windows",
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Mac OS": "macOS",
    "Linux": "Linux",
}


class CredentialsMissing(OfficeError):
    """Nobody said who is asking."""

    code = "credentials_missing"


class CredentialsInvalid(OfficeError):
    """The token is unknown or revoked, or the sign-in has ended."""

    code = "credentials_invalid"


def bearer(asked: Request) -> str | None:
    """Return the bearer token of a request, if it has one."""
    kind, _, value = asked.headers.get("Authorization", "").partition(" ")
    return value.strip() or None if kind.lower() == "bearer" else None


def sign_in(
    work: Work, account: Account, now: datetime, *, by_pin: bool = False, how: str = ""
) -> None:
    """Remember in this browser's session that `account` signed in, in place of anybody before.

    Who proved themselves with a PIN are good at counters only. `how` is "oidc" for whoever came by
    the provider of single sign-on, else empty.
    """
    told: dict[str, Any] = {"how": how} if how else {}
    sign_out(work, now)
    office = take_turn(work, account.office_id, now)
    begun = sign_ins.begin(work, account, now, browser_of(request), by_pin=by_pin)
    journal.append(
        work,
        office,
        Kind.SIGNED_IN,
        actor_of_account(account),
        now,
        sign_in=begun.id,
        browser=begun.browser,
        by_pin=by_pin,
        **told,
    )
    session["account"] = {"id": account.id, "sign_in": begun.id, **told}
    if not by_pin:
        known_browser.remember(work, account, now)


def sign_out(work: Work, now: datetime) -> None:
    """End this browser's sign-in, also for a copy of its cookie; devices stay linked."""
    held = holding_here(work, now)
    if held is not None:
        end_sign_in(work, held[1], held[0].id, now)
    session.pop("account", None)


def end_sign_in(work: Work, account: Account, number: int, now: datetime) -> None:
    """End one of the account's sign-ins. Raises SignInUnknown."""
    office = take_turn(work, account.office_id, now)
    sign_ins.end(work, account.id, number, now)
    journal.append(work, office, Kind.SIGNED_OUT, actor_of_account(account), now, sign_in=number)


def sign_in_failed(
    work: Work, account: Account | None, why: str, now: datetime, code: str = ""
) -> None:
    """Write that somebody tried in vain to be `account`, or to sign in by a name nobody has.

    `why` is what was wrong: name, password, pin, code, subject or closed. What was typed is not
    written: people type passwords where names belong. A name that nobody has is written in
    the office called `code`, else in the first one, so that it takes as long as any other.
    """
    wanted = select(Office.id).order_by(Office.code != code, Office.id).limit(1)
    office_id = account.office_id if account else work.session.scalar(wanted)
    if office_id is None:
        return
    office = take_turn(work, office_id, now)
    door = Actor("door", office.id, Role.ADMINISTRATOR, frozenset())
    who = f"account:{account.id}" if account else None
    journal.append(work, office, Kind.SIGN_IN_FAILED, door, now, account=who, why=why)


def half_way(account: Account, onward: str, now: datetime, how: str = "") -> None:
    """Remember that this browser came in as `account`, by `how`, which needs a code, too."""
    until = (now + HALF_WAY).isoformat()
    session["halfway"] = {
        "account": account.id,
        "generation": account.generation,
        "until": until,
        "next": onward,
        "how": how,
    }


def halfway_in(work: Work, now: datetime) -> Account | None:
    """Return whose password this browser gave a moment ago, if a code of theirs is still due."""
    held = session.get("halfway", {})
    account = work.session.get(Account, held["account"]) if held else None
    due = (
        account is not None
        and account.active
        and account.totp_salt is not None
        and account.generation == held["generation"]
        and now <= datetime.fromisoformat(held["until"])
    )
    return account if due else None


def browser_of(asked: Request) -> str:
    """Return the kind of browser and system that asks, as people tell them apart."""
    told = asked.headers.get("User-Agent", "")
    names = [
        next((name for mark, name in known.items() if mark in told), "")
        for known in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(filter(None, names))


def link_device(token: Token) -> None:
    """Remember in this browser that it is the device of `token`."""
    held = {token.role: [token.id, token.generation]}
    session["devices"] = session.get("devices", {}) | held
    session.permanent = True


def identities(work: Work, now: datetime, token: str | None) -> Iterator[Actor]:
    """Yield everybody this request may speak for. Raises CredentialsInvalid for a bad `token`."""
    if token is not None:
        actor = actor_of_token(work, token)
        if actor is None:
            raise CredentialsInvalid()
        yield actor
        return
    person = person_here(work, now)
    if person is not None:
        yield person
    for role, held in session.get("devices", {}).items():
        # Cookies from before keys could be replaced hold the number alone.
        token_id, generation = held if isinstance(held, list) else (held, 0)
        device = work.session.get(Token, token_id)
        if (
            device is not None
            and device.revoked_at is None
            and device.role == role
            and device.generation == generation
        ):
            yield Actor(
                key=f"token:{device.id}",
                office_id=device.office_id,
                role=Role(device.role),
                rights=RIGHTS[Role(device.role)],
                name=device.name,
                token_id=device.id,
                generation=device.generation,
            )


def person_here(work: Work, now: datetime) -> Actor | None:
    """Return who signed in with this browser, with the rights that the way they did it gives."""
    held = holding_here(work, now)
    if held is None:
        return None
    begun, account = held
    actor = replace(actor_of_account(account), sign_in_id=begun.id)
    return at_counters(actor) if begun.by_pin or lacks_second_factor(work, account) else actor


def lacks_second_factor(work: Work, account: Account) -> bool:
    """Say whether the account may do less until it has the second factor its office wants."""
    if account.role not in second_factor.BOUND or account.totp_salt is not None:
        return False
    return second_factor.is_lacking(work.session.get_one(Office, account.office_id), account)


def signed_in(work: Work, now: datetime) -> Account | None:
    """Return the account signed in with this browser, if the sign-in still holds."""
    held = holding_here(work, now)
    return None if held is None else held[1]


def holding_here(work: Work, now: datetime) -> tuple[SignIn, Account] | None:
    """Return this browser's sign-in and whose it is, while it holds."""
    number = session.get("account", {}).get("sign_in")
    return None if number is None else sign_ins.holding(work, number, now)


def asking(work: Work, now: datetime, right: Right, token: str | None = None) -> Actor:
    """Return who asks, with `right` in the office the address names.

    Raises CredentialsMissing, CredentialsInvalid or Forbidden.
    """
    found = False
    for actor in identities(work, now, token or bearer(request)):
        found = True
        if actor.may(right) and in_named_office(work, actor.office_id):
            g.actor = actor
            return actor
    if found:
        account = signed_in(work, now)
        if account is not None and lacks_second_factor(work, account):
            raise SecondFactorMissing(right=right.value)
        by_program = actor.account_id and bearer(request) and not actor.may(right)
        raise Forbidden(right=right.value, **({"program": right in SCOPES} if by_program else {}))
    raise CredentialsMissing()


def holder(work: Work, token: str) -> Actor:
    """Return the visitor who holds the ticket with this secret, named by the ticket alone.

    Reads no row of the queue, so that the office's turn can still be taken. Raises TicketUnknown
    or TicketReprinted.
    """
    row = work.session.execute(
        select(Ticket.id, Ticket.office_id).where(Ticket.token_hash == fingerprint(token))
    ).first()
    if row is None:
        raise unknown_secret(work, token)
    if not in_named_office(work, row.office_id):
        raise TicketUnknown()
    return Actor(
        key=f"ticket:{row.id}",
        office_id=row.office_id,
        role=Role.KIOSK,
        rights=frozenset(),
    )


def public_office(work: Work, now: datetime) -> Office:
    """Return the office a public request is about: the one named, the asker's, or the only one.

    Raises OfficeUnknown or OfficeUnnamed.
    """
    named = office_named()
    if named is not None:
        return the_office(work, named)
    for actor in identities(work, now, bearer(request)):
        return work.session.get_one(Office, actor.office_id)
    return only_office(work)


def visited_office(work: Work) -> Office:
    """Return the office whose public page is opened: the one in ?office=CODE, or the only one.

    Raises OfficeUnknown or OfficeUnnamed.
    """
    return only_office(work, request.args.get("office") or office_named())


def naming(work: Work, office: Office) -> dict[str, str]:
    """Return what the address of an office's public page has to name: itself, among several."""
    return {"office": office.code} if has_several(work) else {}


def office_named() -> str | None:
    """Return the office's code in the address, if it names one."""
    code = request.environ.get("antrean.office")
    return str(code) if code else None


def in_named_office(work: Work, office_id: int) -> bool:
    """Say whether the address names this office, or none. Raises OfficeUnknown."""
    named = office_named()
    return named is None or the_office(work, named).id == office_id
