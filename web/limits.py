"""Limits on how often something may be asked, per address or per secret."""

from flask import request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, strategy="moving-window")

SIGN_IN = "10 per minute; 60 per hour"
LINK = "10 per minute; 60 per hour"
#: For one ticket, whoever asks: phones of one hall often share an address.
TICKET = "120 per minute"


def ticket_key() -> str:
    """Return the secret in the address, which a limit on one ticket counts by."""
    return str((request.view_args or {}).get("token", ""))
