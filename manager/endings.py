"""How visits end: the page on which a manager sets the outcomes, and their addresses."""

from typing import Annotated, Any

from apiflask import APIBlueprint
from flask import Response, g, render_template
from flask.typing import ResponseReturnValue
from pydantic import Field

from office import endings
from office.endings import LONGEST, MOST, MOST_DAYS, MOST_PLACES, Ending, Endings
from office.outcomes import Follow
from office.people import Right
from office.place import Office
from web.house import house
from web.pages import page_for
from web.shapes import Asked, problems
from web.turns import Turn, in_reading, in_turn

pages = APIBlueprint("endings", __name__, enable_openapi=False)
api = APIBlueprint("endings_api", __name__, tag="Outcomes")


class EndingShape(Asked):
    """One way a visit may end."""

    code: str = Field(
        min_length=2, max_length=30, pattern=r"^[a-z][a-z_]+$", description="Kept with each visit"
    )
    names: dict[str, Annotated[str, Field(max_length=LONGEST)]]
    follow: Follow = Follow.NONE
    default: bool = Field(False, description="The usual one, meant where none is named")
    retired: bool = Field(False, description="No longer offered; visits ended so")


class EndingsShape(Asked):
    """How visits may end, in the order in which clerks see it."""

    outcomes: list[EndingShape] = Field(min_length=1, max_length=MOST)
    mandatory: bool = Field(description="Whether a clerk has to choose one for every visit")
    return_days: int = Field(ge=0, le=MOST_DAYS, description="For how many days one may come back")
    return_places: int = Field(ge=0, le=MOST_PLACES, description="How many go first then")


@pages.get("/manager/outcomes")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show how visits may end."""
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        told, locales = _told(endings.endings_of(work, office)), office.locales
    return render_template(
        "manager/outcomes.html",
        actor=g.actor,
        endings=told,
        locales=locales,
        longest=LONGEST,
        most_days=MOST_DAYS,
        most_places=MOST_PLACES,
    )


@api.get("/outcomes")
@api.output(EndingsShape)
@api.doc(responses=problems(401, 403))
def outcomes() -> Response:
    """Tell how visits may end, with what is no longer offered."""
    return in_reading(
        Right.READ_REPORTS, lambda turn: _told(endings.endings_of(turn.work, turn.office))
    )


@api.post("/outcomes")
@api.input(EndingsShape)
@api.output(EndingsShape)
@api.doc(responses=problems(400, 401, 403, 409, 413, 422))
def set_outcomes(json_data: EndingsShape) -> Response:
    """Let visits end so from now on; what is left out is retired."""
    wanted = Endings(
        [
            Ending(each.code, each.names, each.follow, each.default, each.retired)
            for each in json_data.outcomes
        ],
        json_data.mandatory,
        json_data.return_days,
        json_data.return_places,
    )

    def act(turn: Turn) -> dict[str, Any]:
        endings.set_endings(turn.work, turn.office, turn.actor, turn.now, wanted)
        return _told(endings.endings_of(turn.work, turn.office))

    return in_turn(Right.MANAGE, act)


def _told(found: Endings) -> dict[str, Any]:
    return {
        "outcomes": [
            {
                "code": each.code,
                "names": each.names,
                "follow": each.follow.value,
                "default": each.is_default,
                "retired": each.retired,
            }
            for each in found.outcomes
        ],
        "mandatory": found.mandatory,
        "return_days": found.return_days,
        "return_places": found.return_places,
    }
