"""Limits on how often something may be asked, per address or per secret."""

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, strategy="moving-window")

#: For one name from one address: the counters of an office share an address and sign in together.
SIGN_IN = "10 per minute; 60 per hour"
#: For one address, whatever the name.
SIGN_IN_ANY = "60 per minute"
LINK = "10 per minute; 60 per hour"
#: For one ticket, whoever asks: phones of one hall often share an address.
TICKET = "120 per minute"


def name_key() -> str:
    """Return the address and the name somebody signs in with."""
    return f"{get_remote_address()} {request.form.get('username', '').strip().lower()[:60]}"


def ticket_key() -> str:
    """Return the secret in the address, which a limit on one ticket counts by."""
    return str((request.view_args or {}).get("token", ""))
