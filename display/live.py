"""The board's socket: every call, with all a board needs to show and speak it."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from flask_socketio import join_room

from display.build import LENGTH, build
from display.pages import place_wished
from display.speakers import SpeakingSpace
from display.voice import clips
from display.waits import waits
from office.announcing import HALL
from office.board import board, clerk_shown_at
from office.media import MediumUnknown, media_of, report_broken, shown_in
from office.people import Actor, Right, Role
from office.place import Office
from office.screens import Report, Sound, keep_report, place_of
from office.voice import settings_of
from storage.base import LARGEST
from storage.work import Work
from web.access import identities
from web.house import House, house
from web.live import Change, Seat, bare, picked
from web.shelf import logo_address

NAMESPACE = "/display"

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
    "undone",
)

#: A screen's report that says nothing new is kept this often.
KEPT = timedelta(seconds=30)


class DisplaySpace(SpeakingSpace):
    """Waiting-room boards and counter signs."""

    right = Right.READ_BOARD

    def __init__(self, namespace: str) -> None:
        super().__init__(namespace)
        #: What each connected screen told last, and when that was kept, by its token.
        self._told: dict[int, tuple[Report, datetime]] = {}

    def view(self, change: Change) -> Change:
        """Tell moves and counters whole; the rest bare."""
        kind = change["kind"]
        if kind.startswith(("ticket_", "counter_")):
            return picked(change, CONCERNS)
        return bare(change)

    def snapshot(self, work: Work, office: Office, seat: Seat) -> dict[str, Any]:
        """Return the board, with where this screen hangs and what its page should be made of."""
        now = house().clock.now()
        screen = screen_of(seat)
        look = seat.auth.get("look")
        place = (
            place_wished(look if isinstance(look, dict) else None)
            if screen is None
            else place_of(work, screen)
        )
        return {
            **board(work, office, now, place),
            "waits": waits(work, office, now),
            "logo": logo_address(work, office.id),
            "media": [
                each.told()
                for each in shown_in(media_of(work, office.id), place.zone_id, office.today(now))
            ],
            "screen": {
                "id": screen,
                "name": seat.actor.name,
                "layout": place.layout,
                "counter": place.counter,
                "clerk": clerk_shown_at(work, office, place.counter),
                "build": build(),
            },
            "voice": {
                **settings_of(work, office.id).told(),
                "own_chime": clips.has_chime(work, office.id),
            },
        }

    def zone_of(self, seat: Seat) -> int:
        """Return the number of the zone a screen hangs in; 0 is the whole office."""
        with house().store.read() as work:
            return place_of(work, screen_of(seat)).zone_id or HALL

    def on_connect(self, auth: Any = None) -> None:
        """Seat the screen in its office's room and in its own, and tell it where things stand."""
        super().on_connect(auth)
        seat = self._seat()
        screen = screen_of(seat) if seat is not None else None
        if screen is not None:
            join_room(room_of_screen(screen))

    def on_report(self, told: Any = None) -> None:
        """Keep what the screen tells of itself: {version, build, sound}."""
        seat = self._seat()
        report = read_report(told)
        screen = screen_of(seat) if seat is not None else None
        if seat is None or screen is None or report is None:
            return
        home = house()
        now = home.clock.now()
        former = self._told.get(screen)
        if former is not None and now - former[1] < KEPT and not news(former[0], report):
            return
        with home.store.work() as work:
            keep_report(work, screen, seat.actor.office_id, report, now)
        self._told[screen] = report, now

    def on_broken(self, told: Any = None) -> None:
        """Note that the screen could not show {medium}, for the staff to see."""
        seat = self._seat()
        number = told.get("medium") if isinstance(told, dict) else None
        if seat is None or screen_of(seat) is None or type(number) is not int:
            return
        home = house()
        with suppress(MediumUnknown), home.store.work() as work:
            report_broken(work, seat.actor.office_id, number, home.clock.now())

    def _actor(self, work: Work, home: House, asked: dict[str, Any]) -> Actor:
        """Let a browser be the screen it is linked as, whoever else is signed in with it."""
        if not isinstance(asked.get("token"), str) and not asked.get("look"):
            for actor in identities(work, home.clock.now(), None):
                if actor.role is Role.SCREEN:
                    return actor
        return super()._actor(work, home, asked)


def screen_of(seat: Seat) -> int | None:
    """Return the number of the screen that took a seat; None for people who only look."""
    return seat.actor.token_id if seat.actor.role is Role.SCREEN else None


def room_of_screen(screen: int) -> str:
    """Return the name of the room that one screen is in, for what is meant for it alone."""
    return f"screen:{screen}"


def read_report(told: Any) -> Report | None:
    """Return a screen's report, or nothing where it makes no sense."""
    if not isinstance(told, dict):
        return None
    version, made, sound = (told.get(each) for each in ("version", "build", "sound"))
    if not isinstance(made, str) or not made.isprintable() or sound not in list(Sound):
        return None
    known = type(version) is int and 0 <= version <= LARGEST
    return Report(version if known else None, made[:LENGTH], Sound(sound))


def news(former: Report, report: Report) -> bool:
    """Say whether a report should be kept at once: the sound or the page is another."""
    return (former.build, former.sound) != (report.build, report.sound)
