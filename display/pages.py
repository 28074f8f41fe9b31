"""The board's page: as this screen is arranged, or as somebody wants to look at it."""

from typing import Any

from apiflask import APIBlueprint
from flask import render_template, request
from flask.typing import ResponseReturnValue

from display.build import build
from display.words import words_in_both
from office.people import Right, Role
from office.screens import Layout, Place, place_of
from web.access import identities
from web.forms import whole
from web.house import house
from web.pages import page_for

pages = APIBlueprint(
    "display",
    __name__,
    template_folder="templates",
    static_folder="static/display",
    static_url_path="/static/display",
    enable_openapi=False,
)

#: Where a browser is sent that is no screen yet: it shows a code to be paired by.
PAIR = "pairing.pair_page"
#: Layouts of small or old panels have a page of their own, with a plain script.
PANELS = (Layout.SIGN, Layout.LINE)


@pages.get("/display")
@page_for(Right.READ_BOARD, PAIR)
def page() -> ResponseReturnValue:
    """Show the board."""
    place, look = _asked()
    template = "display/panel.html" if place.layout in PANELS else "display/board.html"
    return render_template(
        template,
        words=words_in_both(),
        layout=place.layout,
        page={"build": build(), "look": look, "layout": place.layout},
    )


def _asked() -> tuple[Place, dict[str, Any] | None]:
    """Return the place to show, and the wish of somebody who looks without being a screen."""
    look = wished(request.args.to_dict())
    home = house()
    with home.store.read() as work:
        for actor in identities(work, home.clock.now(), None):
            if actor.role is Role.SCREEN and look is None:
                return place_of(work, actor.token_id), None
    return place_wished(look), look


def wished(asked: dict[str, Any]) -> dict[str, Any] | None:
    """Return what of {layout, zone, counter} somebody wants to look at, if anything."""
    found = {
        name: str(asked[name])[:20] for name in ("layout", "zone", "counter") if asked.get(name)
    }
    return found or None


def place_wished(look: dict[str, Any] | None) -> Place:
    """Return the place of a wish; what makes no sense in it is left out."""
    wish = look or {}
    layout, zone, counter = (str(wish.get(each, "")) for each in ("layout", "zone", "counter"))
    number = whole(counter)
    known = Layout(layout) if layout in set(Layout) else Layout.STANDARD
    if known is Layout.SIGN and number is None:
        known = Layout.STANDARD
    return Place(whole(zone), known, number)
