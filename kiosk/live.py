"""The kiosk's socket: what can be had now, live."""

from collections.abc import Callable
from typing import Any

from kiosk.printing.jobs import troubles_of
from office.offers import offers
from office.people import Right
from office.place import Office
from storage.work import Work
from web.house import House, house
from web.live import Change, LiveSpace, Seat, picked

#: What a kiosk needs to keep the numbers waiting right.
CONCERNS = ("service", "from_service", "from", "to", "counter")


def offers_now(work: Work, office: Office, locale: str) -> dict[str, Any]:
    """Return the services on offer with the waits of this moment."""
    home = house()
    now = home.clock.now()
    outlook = home.outlooks.of(work, office, now)
    return offers(work, office, now, outlook.line, outlook.forecast, outlook.desks, locale)


def printer_state(work: Work, office: Office) -> dict[str, Any]:
    """Return whether slips are printed, and the trouble of a printer that has one."""
    troubles = list(troubles_of(work, office.id).values())
    return {
        "printer": {
            "prints": house().printer != "none",
            "trouble": troubles[0] if troubles else None,
        }
    }


def tell_trouble(home: House) -> Callable[[str, str | None], None]:
    """Return a listener that tells kiosks and managers of a printer's trouble, or of its end."""

    def tell(_printer: str, trouble: str | None) -> None:
        for namespace in ("/kiosk", "/manager"):
            home.socketio.emit("printer", {"trouble": trouble}, namespace=namespace)

    return tell


class KioskSpace(LiveSpace):
    """Kiosks, and helpers at the door with a tablet."""

    right = Right.TAKE_TICKET

    def view(self, change: Change) -> Change:
        """Tell what moves the numbers waiting; labels are nobody's business here."""
        return picked(change, CONCERNS)

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the services on offer."""
        return offers_now(work, office, office.locales[0]) | printer_state(work, office)
