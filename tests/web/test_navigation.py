"""The managers' menu."""

from apiflask import APIFlask
from flask import g

from office.people import Actor, Right, Role
from web.house import House
from web.navigation import Entry, Group, menu


def seen_by(app: APIFlask, *rights: Right) -> list[tuple[str, list[str]]]:
    """Return the groups and pages shown on today's page to somebody with `rights`."""
    home: House = app.extensions["antrean"]
    former = home.menu
    home.menu = [
        Entry(Group.SETTINGS, "manager.devices_page", "Devices", Right.MANAGE),
        Entry(Group.NOW, "manager.page", "Today", Right.READ_REPORTS, also=("manager.add_device",)),
    ]
    try:
        with app.test_request_context("/manager"):
            g.actor = Actor("account:1", 1, Role.MANAGER, frozenset(rights), "")
            return [
                (str(group["title"]), [each.title for each in group["entries"]]) for group in menu()
            ]
    finally:
        home.menu = former


def test_everybody_is_shown_the_pages_they_may_see(shared_app: APIFlask) -> None:
    both = seen_by(shared_app, Right.READ_REPORTS, Right.MANAGE)
    assert both == [("Sekarang", ["Today"]), ("Pengaturan", ["Devices"])]
    assert seen_by(shared_app, Right.READ_REPORTS) == [("Sekarang", ["Today"])]
    assert seen_by(shared_app) == []


def test_every_page_of_the_menu_opens(shared_app: APIFlask) -> None:
    known = {rule.endpoint for rule in shared_app.url_map.iter_rules() if not rule.arguments}
    listed = [each.endpoint for each in shared_app.extensions["antrean"].menu]
    assert set(listed) <= known
    assert len(listed) == len(set(listed)) >= 2
