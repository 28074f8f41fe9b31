"""The board's page."""

from apiflask import APIBlueprint
from flask import render_template
from flask.typing import ResponseReturnValue

from display.build import build
from display.words import words_in_both
from office.people import Right
from web.pages import LINK, page_for

pages = APIBlueprint(
    "display",
    __name__,
    template_folder="templates",
    static_folder="static/display",
    static_url_path="/static/display",
    enable_openapi=False,
)


@pages.get("/display")
@page_for(Right.READ_BOARD, LINK)
def page() -> ResponseReturnValue:
    """Show the board."""
    return render_template("display/board.html", words=words_in_both(), build=build())
