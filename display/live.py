"""The board's socket: every call, with all a board needs to show and speak it."""

from typing import Any

from office.board import board
from office.people import Right
from office.place import Office
from storage.work import Work
from web.house import house
from web.live import Change, LiveSpace, Seat, bare, picked

#: What a board shows of a change; waits and reasons stay with the staff.
CONCERNS = (
    "at",
    "label",
    "counter",
    "service",
    "from_service",
    "from",
    "to",
    "locale",
    "recalls",
    "to_counter",
)


class DisplaySpace(LiveSpace):
    """Waiting-room boards and counter signs."""

    right = Right.READ_BOARD

    def view(self, change: Change) -> Change:
        """Tell moves and counters whole; the rest bare."""
        kind = change["kind"]
        if kind.startswith(("ticket_", "counter_")):
            return picked(change, CONCERNS)
        return bare(change)

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the board."""
        return board(work, office, house().clock.now())
