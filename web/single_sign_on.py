"""Signing in at the provider that the settings name, beside the password; nobody is created so."""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import cast

import structlog
from apiflask import APIBlueprint
from flask import Response, redirect, request, session

from office.accounts import AccountOfAnother, bind, known_by
from office.errors import AccountUnknown, OfficeError, Unknown
from office.passwords import account_named
from office.people import Account, is_same
from web.access import sign_in_failed
from web.doors import at_public_address, back_from_provider, let_in, onward
from web.house import house
from web.languages import locale
from web.limits import SIGN_IN_ANY, browser_key, limiter
from web.provider import Attempt, PersonUnknown, Provider, ProviderAway, SignOnFailed

log = structlog.get_logger(__name__)

single_sign_on_pages = APIBlueprint("single_sign_on", __name__, enable_openapi=False)

#: Where the session keeps the attempt, until the browser is back.
ATTEMPT = "single_sign_on"
#: How long somebody may take at the provider.
AT_THE_PROVIDER = timedelta(minutes=10)


class SingleSignOnOff(Unknown):
    """The settings name no provider."""

    code = "single_sign_on_off"


@single_sign_on_pages.get("/sign-in/provider")
@limiter.limit(SIGN_IN_ANY, key_func=browser_key)
def leave() -> Response:
    """Send the browser to the provider."""
    provider, now, attempt = _provider(), house().clock.now(), Attempt.new()
    try:
        door = provider.door(attempt, _back(), locale(), now)
    except ProviderAway as away:
        return _refused(away, onward())
    session[ATTEMPT] = {
        **asdict(attempt),
        "next": onward(),
        "until": (now + AT_THE_PROVIDER).isoformat(),
    }
    return cast(Response, redirect(door))


@single_sign_on_pages.get("/sign-in/provider/back")
@limiter.limit(SIGN_IN_ANY, key_func=browser_key)
def back() -> Response:
    """Sign in whoever comes back from the provider, or say why not."""
    provider, held = _provider(), session.pop(ATTEMPT, {})
    try:
        account = _account(provider, held, house().clock.now())
    except (ProviderAway, SignOnFailed, PersonUnknown, AccountOfAnother) as refusal:
        return _refused(refusal, held.get("next", ""))
    return let_in(account, held["next"], "oidc")


def _provider() -> Provider:
    provider = house().provider
    if provider is None:
        raise SingleSignOnOff()
    return provider


def _back() -> str:
    return at_public_address("single_sign_on.back")


def _account(provider: Provider, held: dict[str, str], now: datetime) -> Account:
    """Return whose account it is: who came so before, or, the first time, whose name it is.

    Raises ProviderAway, SignOnFailed, PersonUnknown or AccountOfAnother.
    """
    given = request.args
    if not held or now > datetime.fromisoformat(held["until"]):
        raise SignOnFailed(why="no_attempt")
    if not is_same(held["state"], given.get("state", "")):
        raise SignOnFailed(why="state")
    if "code" not in given:
        raise SignOnFailed(why="not_given")
    attempt = Attempt(held["state"], held["nonce"], held["verifier"])
    claims = provider.claims(attempt, given["code"], _back(), given.get("iss"), now)
    home, account, subject = house(), None, provider.subject(claims)
    with home.store.read() as work:
        known = known_by(work, subject)
    if known is not None and known.active:
        return known
    try:
        name = provider.account_name(claims)
        with home.store.read() as work:
            account = account_named(work, name)
        if not account.active:
            raise PersonUnknown(name=name)
        with home.store.work() as work:
            bind(work, account.id, subject, now)
    except AccountOfAnother:
        with home.store.work() as work:
            sign_in_failed(work, account, "subject", now)
        raise
    except (AccountUnknown, PersonUnknown) as unknown:
        with home.store.work() as work:
            sign_in_failed(work, account, "closed" if account else "name", now)
        name = unknown.facts.get("name") or unknown.facts["account"]
        raise PersonUnknown(name=name) from unknown
    return account


def _refused(refusal: OfficeError, next_page: str) -> Response:
    """Show the sign-in page, where the password is asked for, with what went wrong."""
    log.warning("kept_out", code=refusal.code, why=refusal.facts.get("why"))
    return back_from_provider(next_page, code=refusal.code, name=refusal.facts.get("name", ""))
