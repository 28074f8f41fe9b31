"""The cookie by which a browser is known to the people who signed in there before."""

from datetime import datetime

from flask import Response, after_this_request, current_app, request

from office import known_browsers
from office.errors import AccountUnknown
from office.passwords import account_named
from office.people import Account
from storage.work import Work
from web.house import house

#: Letters of the longest secret that is looked up.
LONGEST = 60


def known_to_name(username: str) -> int | None:
    """Return by which number this browser is known to whoever signs in by a name, if it is."""
    held = _held()
    if not held:
        return None
    with house().store.read() as work:
        try:
            account = account_named(work, username)
        except AccountUnknown:
            return None
        return known_browsers.known(work, held, account.id, house().clock.now())


def known_to(account_id: int | None = None) -> int | None:
    """Return by which number this browser is known to an account, or to anybody, if it is."""
    held = _held()
    if not held:
        return None
    with house().store.read() as work:
        return known_browsers.known(work, held, account_id, house().clock.now())


def remember(work: Work, account: Account, now: datetime) -> None:
    """Know this browser from now on, by another secret than so far."""
    name = _cookie()
    secret = known_browsers.remember(work, account, _held(), now)

    @after_this_request
    def hand_out(answer: Response) -> Response:
        answer.set_cookie(
            name,
            secret,
            max_age=known_browsers.LASTS,
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return answer


def _held() -> str:
    held = request.cookies.get(_cookie(), "")
    return held if len(held) <= LONGEST else ""


def _cookie() -> str:
    return f"{current_app.config['SESSION_COOKIE_NAME']}-known"
