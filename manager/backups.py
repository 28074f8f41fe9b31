"""The page of the backups: when the last was made, what went wrong, and how far the copy is."""

from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import g, render_template
from flask.typing import ResponseReturnValue

from office.people import Right
from office.place import Office
from web.house import house
from web.languages import moment
from web.pages import asker, page_for

pages = APIBlueprint("backups", __name__, enable_openapi=False)

#: Seconds for which the newest change may be without a copy.
LATE = 60


@pages.get("/manager/backups")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show how the installation is kept safe."""
    with house().store.read() as work:
        timezone = ZoneInfo(work.session.get_one(Office, asker().office_id).timezone)
    return render_template(
        "manager/backups.html",
        actor=g.actor,
        safe=house().safekeeping(),
        said=lambda when: moment(when.astimezone(timezone), "full"),
        late=LATE,
    )
