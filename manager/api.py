"""The manager's addresses: the office, its journal, and the close of its day."""

from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Response

from manager.shapes import After, DayClosed, Journal, OfficeShape
from office import closing, hours, journal
from office.people import Right
from office.place import classes_of
from web.languages import locale
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn

api = APIBlueprint("manager_api", __name__, tag="Office")


@api.get("/office")
@api.output(OfficeShape)
@api.doc(responses=problems(401, 403))
def office() -> Response:
    """Tell the office's rules: its clock, hours, policy and priority classes."""
    return in_reading(Right.READ_JOURNAL, _office)


@api.get("/journal")
@api.input(After, location="query")
@api.output(Journal)
@api.doc(responses=problems(401, 403, 422))
def the_journal(query_data: After) -> Response:
    """Tell what happened since a version, oldest first."""

    def look(turn: Turn) -> dict[str, Any]:
        rows = journal.changes_after(
            turn.work, turn.office.id, query_data.after, query_data.limit + 1
        )
        return {
            "version": turn.office.version,
            "changes": [row.change() for row in rows[: query_data.limit]],
            "more": len(rows) > query_data.limit,
        }

    return in_reading(Right.READ_JOURNAL, look)


@api.post("/day/close")
@api.output(DayClosed)
@api.doc(responses=problems(400, 401, 403))
def close_day() -> Response:
    """Close the day: every ticket still open expires, with the reason."""

    def act(turn: Turn) -> dict[str, Any]:
        expired = closing.close_day(turn.work, turn.office, turn.actor, turn.now)
        return {"version": turn.office.version, "expired": expired}

    return in_turn(Right.CLOSE_DAY, act)


def _office(turn: Turn) -> dict[str, Any]:
    office = turn.office
    return {
        "code": office.code,
        "name": office.name(locale()),
        "names": office.names,
        "timezone": office.timezone,
        "locales": office.locales,
        "now": turn.now.astimezone(ZoneInfo(office.timezone)).isoformat(),
        "today": office.today(turn.now).isoformat(),
        "policy": office.policy,
        "classes": [
            {"code": each.code, "names": each.names, "rate": each.rate}
            for each in classes_of(turn.work, office.id)
        ],
        "hours": [
            {
                "weekday": each.weekday,
                "opens": each.opens.isoformat("minutes"),
                "closes": each.closes.isoformat("minutes"),
            }
            for each in hours.hours_of(turn.work, office.id)
        ],
        "special_hours": office.special_hours or [],
        "rehearsal": office.rehearsal,
        "version": office.version,
    }
