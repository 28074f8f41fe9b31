"""The tablet at the exit: its page."""

from apiflask import APIBlueprint
from flask import g, render_template
from flask.typing import ResponseReturnValue

from office.people import Right
from office.place import Office
from surveys.ratings import COMMENT_LIMIT
from surveys.reasons import reasons_told
from web.house import house
from web.languages import locale
from web.pages import LINK, page_for
from web.shelf import logo_address

pages = APIBlueprint(
    "exit",
    __name__,
    template_folder="templates",
    static_folder="static/surveys",
    static_url_path="/static/surveys",
    enable_openapi=False,
)


@pages.get("/exit")
@page_for(Right.RATE_AT_EXIT, LINK)
def page() -> ResponseReturnValue:
    """Ask whoever leaves how they were served."""
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        logo = logo_address(work, office.id)
    return render_template(
        "surveys/exit.html",
        office=office.name(locale()),
        rehearsal=office.rehearsal,
        logo=logo,
        reasons=reasons_told(),
        longest=COMMENT_LIMIT,
    )
