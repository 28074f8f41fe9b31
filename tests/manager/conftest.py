"""The manager's addresses are tested on an app and a store that many tests share."""

from tests.offices import make_staffed, shared_store, shared_url, staffed, store
from tests.web.conftest import (
    browser_profile,
    client,
    make_account,
    make_browser,
    password_hash,
    shared_app,
)

__all__ = [
    "browser_profile",
    "client",
    "make_account",
    "make_browser",
    "make_staffed",
    "password_hash",
    "shared_app",
    "shared_store",
    "shared_url",
    "staffed",
    "store",
]
