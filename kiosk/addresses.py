"""Where a ticket's page and the office's logo are found, by a phone in the hall and by paper."""

from flask import request, url_for

from kiosk.printing.slip import Logo
from office.logo import logo_of
from storage.work import Work
from web.house import house
from web.shelf import address_of, shelf


def page_url(token: str) -> str:
    """Return the address of the ticket's page, as a phone in the hall reaches it."""
    base = house().public_url or request.url_root.rstrip("/")
    return base + url_for("kiosk.ticket_page", token=token)


def logo_on_paper(work: Work, office_id: int) -> Logo | None:
    """Return the office's logo for a slip, or None where it has none."""
    name = logo_of(work, office_id)
    return Logo(shelf().path(name), address_of(name)) if name else None
