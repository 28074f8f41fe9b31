"""The console's socket: its counter, the line, and every change of the office."""

from collections.abc import Callable, Sequence
from typing import Any

from office.console import console
from office.desks import desk_at
from office.moment import NeedsChanged
from office.people import Actor, Right
from office.place import Office, counter_numbered
from storage.work import Work
from web.house import House, house
from web.live import LiveSpace, Seat, room_of


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


def tell_needs(home: House) -> Callable[[Sequence[object]], None]:
    """Return a listener that lets consoles know that what a visitor needs is not as it was."""

    def heard(events: Sequence[object]) -> None:
        for office_id in {each.office_id for each in events if isinstance(each, NeedsChanged)}:
            home.socketio.emit("needs", {}, namespace="/counter", to=room_of(office_id))

    return heard


def _number(auth: dict[str, Any]) -> int:
    number = auth.get("counter")
    return number if isinstance(number, int) else 0
