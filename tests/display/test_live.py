"""The board's socket: a screen is told where it hangs and tells how it is doing."""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from office.people import actor_of_token
from office.place import the_office
from office.screens import Layout, Listed, Place, Sound, arrange_screen, screens_of
from office.turn import take_turn
from office.zones import add_zone
from storage.engine import sqlite_url
from storage.work import Store
from tests.houses import Server
from tests.screens import Screen


def board_of(server: Server) -> Screen:
    """Connect the sample office's screen."""
    return Screen(server.url, "/display", {"token": server.tokens["screen"]}).connect()


def listed(server: Server) -> Listed:
    """Return the sample office's screen as managers see it."""
    with closing(Store(sqlite_url(server.data / "antrean.db"))) as store, store.read() as work:
        return screens_of(work, the_office(work).id)[0]


def hang(server: Server, counters: list[int], layout: Layout) -> None:
    """Hang the screen in a new zone with these counters."""
    now = datetime.now(UTC)
    with closing(Store(sqlite_url(server.data / "antrean.db"))) as store, store.work() as work:
        office = take_turn(work, the_office(work).id, now)
        manager = actor_of_token(work, server.tokens["manager"])
        screen = actor_of_token(work, server.tokens["screen"])
        assert manager is not None and screen is not None and screen.token_id is not None
        zone = add_zone(work, office, manager, now, {"id": "Depan"}, None, counters)
        place = Place(zone.id, layout)
        arrange_screen(work, office, manager, now, screen.token_id, "Depan kiri", place)


def test_a_screen_is_told_where_it_hangs(server: Server) -> None:
    hang(server, [5, 6], Layout.BIG)
    board = board_of(server)
    snapshot = board.wait_for("snapshot")
    assert snapshot["screen"]["name"] == "Depan kiri"
    assert (snapshot["screen"]["layout"], snapshot["screen"]["counter"]) == ("big", None)
    assert len(snapshot["screen"]["build"]) == 12
    assert snapshot["zone"]["names"] == {"id": "Depan"}
    assert [each["number"] for each in snapshot["counters"]] == [5, 6]
    board.disconnect()


def test_what_a_screen_tells_of_itself_is_seen_by_managers(server: Server) -> None:
    board = board_of(server)
    version = board.wait_for("snapshot")["version"]
    for nonsense in (None, {}, {"version": 1, "build": 7, "sound": "ready"}, {"sound": "loud"}):
        board.ask("report", nonsense)
    board.ask("report", {"version": version, "build": "0123456789abc", "sound": "refused"})
    board.ask("refresh", {})
    board.wait_for("snapshot", count=2)
    told = listed(server)
    assert (told.version, told.build, told.sound) == (version, "0123456789ab", Sound.REFUSED)
    assert told.seen_at is not None and told.sound_since is not None
    board.disconnect()


def test_people_who_look_at_the_board_are_no_screen(server: Server) -> None:
    looker = Screen(server.url, "/display", {"token": server.tokens["manager"]}).connect()
    seen: dict[str, Any] = looker.wait_for("snapshot")
    assert seen["screen"]["id"] is None
    looker.ask("report", {"version": 1, "build": "x", "sound": "ready"})
    looker.ask("refresh", {})
    looker.wait_for("snapshot", count=2)
    assert listed(server).seen_at is None
    looker.disconnect()
