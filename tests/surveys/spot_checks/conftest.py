"""Spot checks are tested on an app and a store that many tests share, in an office of their own."""

from tests.offices import make_staffed, shared_store, shared_url, staffed, store
from tests.web.conftest import client, shared_app

__all__ = [
    "client",
    "make_staffed",
    "shared_app",
    "shared_store",
    "shared_url",
    "staffed",
    "store",
]
