"""The address of a ticket's page, as a phone in the hall reaches it."""

from flask import request, url_for

from web.house import house


def page_url(token: str) -> str:
    """Return the address of the ticket's page, as a phone in the hall reaches it."""
    base = house().public_url or request.url_root.rstrip("/")
    return base + url_for("kiosk.ticket_page", token=token)
