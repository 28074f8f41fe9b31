"""Limits on how often something may be asked, per address or per secret."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request, session
from flask_limiter import Limiter

from office.people import Account
from web.known_browser import known_to, known_to_name
from web.sockets import place_of


def asking_place() -> str:
    """Return where a request comes from; of IPv6 the network, for one machine has all of it."""
    return place_of(request.remote_addr or "127.0.0.1")


limiter = Limiter(key_func=asking_place, strategy="moving-window")

#: For one name from one address: the counters of an office share an address and sign in together.
#: A browser in which that person has signed in before has as many of its own, so that nobody else
#: at the address can use them up.
SIGN_IN = "10 per minute; 60 per hour"
#: For one address, whatever the name.
SIGN_IN_ANY = "60 per minute"
#: For the second step of signing in, of one account or of one browser known to it.
CODE = "5 per minute; 30 per hour"
LINK = "10 per minute; 60 per hour"
#: For one person's PIN at one counter, and at all counters; the password is not held up by either.
PIN = "5 per minute; 20 per hour"
PIN_ANY = "10 per minute; 40 per hour"
#: For texts of a screen read aloud: nobody listens to more.
READING = "120 per minute"
#: For identity numbers from one machine: people type slowly, and nobody is to try them out.
APPLICANT = "30 per minute"
#: For one address at the entrance: phones of one hall often share it.
ENTRANCE = "60 per minute"
#: For one ticket, whoever asks: phones of one hall often share an address.
TICKET = "120 per minute"


def name_key() -> str:
    """Return who signs in: a browser known to the person of that name, or the address and the name.

    The name counts without its office: it has the same tries in whatever way it is written.
    """
    known = known_to_name(_username())
    if known is not None:
        return f"known {known}"
    return f"{asking_place()} {_username().strip().lower().partition('@')[0].rstrip()[:60]}"


def is_known_to_name() -> bool:
    """Say whether this browser is known to whoever signs in, and so has tries of its own."""
    return known_to_name(_username()) is not None


def browser_key() -> str:
    """Return a browser that is known to anybody, or the address."""
    known = known_to()
    return asking_place() if known is None else f"known {known}"


def halfway_key() -> str:
    """Return who gave the right password and is asked for a code, or their browser, if known."""
    account_id = session.get("halfway", {}).get("account", 0)
    known = known_to(account_id)
    return f"code {account_id}" if known is None else f"code known {known}"


def person_key() -> str:
    """Return who is signed in with this browser."""
    return f"person {session.get('account', {}).get('id', asking_place())}"


@contextmanager
def pin_tries(account: Account, counter: int) -> Iterator[None]:
    """Count a try of the account's PIN at a counter. Raises RateLimitExceeded after too many."""
    with (
        limiter.limit(PIN, key_func=lambda: f"pin {account.id} {counter}"),
        limiter.limit(PIN_ANY, key_func=lambda: f"pin {account.id}"),
    ):
        yield


def ticket_key() -> str:
    """Return the secret in the address, which a limit on one ticket counts by."""
    return str((request.view_args or {}).get("token", ""))


def _username() -> str:
    return request.form.get("username", "")
