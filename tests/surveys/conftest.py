"""Ratings are tested on a store that many tests share, in an office of each test's own."""

from tests.offices import make_staffed, shared_store, shared_url, staffed, store

__all__ = ["make_staffed", "shared_store", "shared_url", "staffed", "store"]
