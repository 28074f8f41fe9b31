"""The kiosk's socket: what can be had now, live."""

from typing import Any

from office.offers import offers
from office.people import Right
from office.place import Office
from storage.work import Work
from web.house import house
from web.live import Change, LiveSpace, Seat, picked

#: What a kiosk needs to keep the numbers waiting right.
CONCERNS = ("service", "from_service", "from", "to", "counter")


def offers_now(work: Work, office: Office, locale: str) -> dict[str, Any]:
    """Return the services on offer with the waits of this moment."""
    home = house()
    now = home.clock.now()
    outlook = home.outlooks.of(work, office, now)
    return offers(work, office, now, outlook.line, outlook.forecast, outlook.desks, locale)


class KioskSpace(LiveSpace):
    """Kiosks, and helpers at the door with a tablet."""

    right = Right.TAKE_TICKET

    def view(self, change: Change) -> Change:
        """Tell what moves the numbers waiting; labels are nobody's business here."""
        return picked(change, CONCERNS)

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the services on offer."""
        return offers_now(work, office, office.locales[0])
