"""The managers' pages as a menu: each screen lists its own, in one of four groups."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from flask import Flask, g, request, session
from flask_babel import lazy_gettext as _l

from office.people import Actor, Right
from web.house import house
from web.shut import shut_words

#: Where the session keeps that somebody is setting the office up.
WALKING = "setting_up"


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
    app.jinja_env.globals["set_up_step"] = set_up_step
    app.jinja_env.globals["shut_words"] = shut_words


def set_up_step() -> dict[str, Any] | None:
    """Return which step of setting up the present page is, and what comes next.

    Nothing on other pages, and where nobody is setting up in this browser.
    """
    if not session.get(WALKING):
        return None
    walk = house().set_up_walk
    here = next((at for at, (page, _title) in enumerate(walk) if _is_here(page)), None)
    if here is None:
        return None
    before, after = walk[here - 1] if here else None, walk[here + 1 : here + 2]
    return {
        "number": here + 1,
        "of": len(walk) + 1,  # the last is the opening, to which the list leads
        "title": walk[here][1],
        "before": before,
        "after": after[0] if after else None,
    }


def _is_here(endpoint: str) -> bool:
    return any(entry.endpoint == endpoint and entry.here for entry in house().menu)


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
