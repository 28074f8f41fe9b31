"""Ratings are tested on a store that many tests share, in an office of each test's own."""

from tests.offices import shared_store, shared_url, staffed, store

__all__ = ["shared_store", "shared_url", "staffed", "store"]
