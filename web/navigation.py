"""The managers' pages as a menu: each screen lists its own, in one of four groups."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Flask, g, request
from flask_babel import lazy_gettext as _l

from office.people import Actor, Right
from web.house import house


class Group(StrEnum):
    """What a page is for, in the order of the menu."""

    NOW = "now"
    REPORTS = "reports"
    SATISFACTION = "satisfaction"
    SETTINGS = "settings"


TITLES = {
    Group.NOW: _l("Now"),
    Group.REPORTS: _l("Reports"),
    Group.SATISFACTION: _l("Satisfaction"),
    Group.SETTINGS: _l("Settings"),
}


@dataclass(frozen=True)
class Entry:
    """A page in the menu, shown to whoever has its right."""

    group: Group
    endpoint: str
    #: Its name, translated when it is shown.
    title: Any
    right: Right
    #: Other endpoints that belong to the page; "people." names all of a blueprint.
    also: tuple[str, ...] = ()
    #: Its place within the group; those of the same place stand as their screens were added.
    order: int = 50

    @property
    def here(self) -> bool:
        """Say whether this page is the one being shown."""
        here = {request.endpoint, f"{request.blueprint}."}
        return not here.isdisjoint({self.endpoint, *self.also})


def init_app(app: Flask) -> None:
    """Let templates ask for the menu."""
    app.jinja_env.globals["menu"] = menu


def menu() -> list[dict[str, Any]]:
    """Return the groups with the pages that whoever asks may see, marking the present ones.

    Empty on every page that is not in the menu itself.
    """
    actor: Actor | None = g.get("actor")
    listed = house().menu
    if actor is None or not any(entry.here for entry in listed):
        return []
    groups = []
    for group in Group:
        entries = [each for each in listed if each.group is group and actor.may(each.right)]
        entries.sort(key=lambda each: each.order)
        if entries:
            here = any(each.here for each in entries)
            groups.append({"title": TITLES[group], "here": here, "entries": entries})
    return groups
