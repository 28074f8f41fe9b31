"""Screens of a running server, hung by the domain's own verbs behind its back."""

from contextlib import closing
from datetime import UTC, datetime

from office.devices import add_device
from office.people import Role, actor_of_token
from office.place import the_office
from office.screens import Layout, Listed, Place, arrange_screen, screens_of
from office.turn import take_turn
from office.zones import Arrow, add_zone
from storage.engine import sqlite_url
from storage.work import Store
from tests.houses import Server


def hang(server: Server, place: Place | None = None, name: str = "Ruang tunggu") -> str:
    """Add a screen in its place; return the address that links a browser to it."""
    now = datetime.now(UTC)
    with closing(Store(sqlite_url(server.data / "antrean.db"))) as store, store.work() as work:
        office = take_turn(work, the_office(work).id, now)
        manager = actor_of_token(work, server.tokens["manager"])
        assert manager is not None
        token, code = add_device(work, office.id, Role.SCREEN, name, now)
        if place is not None:
            arrange_screen(work, office, manager, now, token.id, name, place)
    return f"{server.url}/link/{code}"


def rehang(server: Server, place: Place, name: str = "Ruang tunggu") -> None:
    """Hang the office's newest screen elsewhere; boards learn of it with a heartbeat."""
    now = datetime.now(UTC)
    with closing(Store(sqlite_url(server.data / "antrean.db"))) as store, store.work() as work:
        office = take_turn(work, the_office(work).id, now)
        manager = actor_of_token(work, server.tokens["manager"])
        assert manager is not None
        screen = screens_of(work, office.id)[-1].token.id
        arrange_screen(work, office, manager, now, screen, name, place)


def zone(
    server: Server, counters: list[int], name: str = "Ruang kiri", arrow: Arrow | None = None
) -> int:
    """Add a zone with these counters; return its number."""
    now = datetime.now(UTC)
    with closing(Store(sqlite_url(server.data / "antrean.db"))) as store, store.work() as work:
        office = take_turn(work, the_office(work).id, now)
        manager = actor_of_token(work, server.tokens["manager"])
        assert manager is not None
        return add_zone(work, office, manager, now, {"id": name}, arrow, counters).id


def newest(server: Server) -> Listed:
    """Return the office's newest screen as managers see it."""
    with closing(Store(sqlite_url(server.data / "antrean.db"))) as store, store.read() as work:
        return screens_of(work, the_office(work).id)[-1]


LARGE = (Layout.STANDARD, Layout.BIG, Layout.LIST)
