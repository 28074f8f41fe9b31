"""The console's socket: its counter, the line, and every change of the office."""

from typing import Any

from office.console import console
from office.desks import desk_at
from office.people import Actor, Right
from office.place import Office, counter_numbered
from storage.work import Work
from web.house import house
from web.live import LiveSpace, Seat


class CounterSpace(LiveSpace):
    """Consoles, each at the counter of auth {counter}."""

    right = Right.SERVE

    def admit(self, work: Work, actor: Actor, auth: dict[str, Any]) -> None:
        """Refuse a counter that does not exist or is not the actor's."""
        office = work.session.get_one(Office, actor.office_id)
        desk_at(work, office, actor, house().clock.now(), _number(auth))

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the state of the console."""
        counter = counter_numbered(work, office.id, _number(seat.auth))
        return console(work, office, counter, house().clock.now())


def _number(auth: dict[str, Any]) -> int:
    number = auth.get("counter")
    return number if isinstance(number, int) else 0
