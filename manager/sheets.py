"""Emergency sheets: printed in the morning, and what was written on them entered afterwards."""

from datetime import date, time
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from pydantic import BaseModel, Field

from office import sheets
from office.errors import Invalid
from office.outcomes import outcomes_of
from office.people import Right
from office.place import Office, in_language
from web.house import house
from web.languages import locale
from web.pages import page_for
from web.shapes import Asked, problems
from web.turns import Turn, in_turn

pages = APIBlueprint("sheets", __name__, enable_openapi=False)
api = APIBlueprint("sheets_api", __name__, tag="Sheets")


class SheetRow(Asked):
    """A number and the office's local times as they were written down."""

    number: int = Field(ge=1, le=999_999)
    came: time
    called: time | None = None
    ended: time | None = None
    outcome: str = Field(
        "done", max_length=30, description="An outcome of the office, or cancelled: left before"
    )


class SheetWritten(Asked):
    """What was written on the sheet of a service."""

    service: str = Field(min_length=1, max_length=20)
    day: date | None = Field(None, description="Today, or one of the seven days before")
    rows: list[SheetRow] = Field(min_length=1, max_length=sheets.ROWS)


class SheetEntered(BaseModel):
    """The numbers that were entered."""

    version: int
    labels: list[str]


@pages.get("/manager/sheets")
@page_for(Right.RUN_FLOOR)
def page() -> ResponseReturnValue:
    """Show the sheets of today, to be printed."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        return render_template(
            "manager/sheets.html",
            actor=g.actor,
            office=office.name(locale()),
            long_day=format_date(office.today(home.clock.now()), "full"),
            sheets=sheets.sheets_of(work, office),
        )


@pages.get("/manager/sheets/entry")
@page_for(Right.RUN_FLOOR)
def entry() -> ResponseReturnValue:
    """Show a sheet as a form: the numbers of a service on a day."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        today = office.today(home.clock.now())
        listed = sheets.sheets_of(work, office)
        chosen = [each for each in listed if each.service.code == request.args.get("service")]
        day = _day(office, request.args.get("day"))
        return render_template(
            "manager/sheets_entry.html",
            actor=g.actor,
            sheets=listed,
            sheet=next(iter(chosen or listed), None),
            day=day,
            long_day=format_date(day, "full"),
            today=today,
            earliest=today - sheets.REACH,
            entered=sheets.entered_on(work, office, day),
            outcomes=[
                (each.code, in_language(each.names, locale()))
                for each in outcomes_of(work, office.id)
            ],
            left=sheets.LEFT,
        )


@api.post("/sheets")
@api.input(SheetWritten)
@api.output(SheetEntered)
@api.doc(responses=problems(400, 401, 403, 404, 409, 413, 422))
def enter(json_data: SheetWritten) -> Response:
    """Enter what was written on a sheet while the box was down."""

    def act(turn: Turn) -> dict[str, Any]:
        asked = json_data
        labels = sheets.enter(
            turn.work,
            turn.office,
            turn.actor,
            turn.now,
            asked.service,
            sheets.day_of(turn.office, turn.now, asked.day),
            [sheets.Written(**each.model_dump()) for each in asked.rows],
        )
        return {"version": turn.office.version, "labels": labels}

    return in_turn(Right.RUN_FLOOR, act)


def _day(office: Office, asked: str | None) -> date:
    """Return the day asked for, or today where it is no day that can be entered."""
    now = house().clock.now()
    try:
        return sheets.day_of(office, now, date.fromisoformat(asked) if asked else None)
    except (ValueError, Invalid):
        return office.today(now)
