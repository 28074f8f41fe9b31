"""The kiosk's socket: what can be had now, live."""

from collections.abc import Callable
from typing import Any

from kiosk.printing.addresses import NONE
from kiosk.printing.agents import printer_for, printers_of
from kiosk.printing.states import PAPER_LOW, states_of
from office.kiosk_rest import resting_until
from office.offers import offers
from office.people import Actor, Right
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
    printers = printers_of(work, office.id, house().printer)
    troubles = states_of(work, printers)
    worst = sorted(troubles.values(), key=lambda each: each == PAPER_LOW)
    return {"printer": {"prints": bool(printers), "trouble": worst[0] if worst else None}}


def own_printer(work: Work, actor: Actor) -> dict[str, Any]:
    """Return whether this kiosk's slips are printed, and what keeps them from it."""
    printer = printer_for(work, actor, house().printer)
    trouble = states_of(work, {printer}).get(printer)
    return {
        "printer": {
            "prints": printer != NONE,
            "trouble": None if trouble == PAPER_LOW else trouble,
        }
    }


def tell_trouble(home: House) -> Callable[[str, str | None], None]:
    """Return a listener that lets kiosks and managers know that a printer is not as it was."""

    def tell(_printer: str, _trouble: str | None) -> None:
        for namespace in ("/kiosk", "/manager"):
            home.socketio.emit("printer", {}, namespace=namespace)

    return tell


class KioskSpace(LiveSpace):
    """Kiosks, and helpers at the door with a tablet."""

    right = Right.TAKE_TICKET

    def view(self, change: Change) -> Change:
        """Tell what moves the numbers waiting; labels are nobody's business here."""
        return picked(change, CONCERNS)

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the services on offer, and until when this kiosk rests."""
        rests = resting_until(work, seat.actor, house().clock.now())
        return (
            offers_now(work, office, office.locales[0])
            | own_printer(work, seat.actor)
            | {"resting_until": rests.isoformat() if rests else None}
        )
