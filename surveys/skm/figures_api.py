"""The satisfaction index of any days as programs read it: JSON, and the same as files."""

from typing import Any

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response, copy_current_request_context

from office.people import Right
from office.place import Office
from surveys.skm import open_data
from surveys.skm.figures import figures_of, groups_of
from surveys.skm.figures_pdf import paper
from surveys.skm.figures_shapes import AskingSheet, SkmReport
from surveys.skm.kept import counts
from surveys.skm.results import Result, result
from web.access import asking
from web.aside import aside
from web.files import PDF, XLSX, to_save
from web.house import house
from web.languages import locale
from web.shapes import Days, problems
from web.turns import Turn, in_reading

api = APIBlueprint("skm_api", __name__, tag="Satisfaction index")


@api.get("/reports/skm")
@api.input(Days, location="query")
@api.output(SkmReport)
@api.doc(responses=problems(401, 403, 422))
def skm(query_data: Days) -> Response:
    """Tell the satisfaction index of some days, its elements, groups and trend.

    Forms are told in whole batches, of the office and of each group, so that no two answers held
    against each other lead to a single visitor.
    """

    def look(turn: Turn) -> dict[str, Any]:
        found = result(
            turn.work,
            turn.office,
            query_data.first,
            query_data.last,
            turn.now,
            locale(),
            counts(),
        )
        return _shape(found)

    return in_reading(Right.READ_REPORTS, look)


@api.get("/reports/skm.csv")
@api.input(AskingSheet, location="query")
@api.output(FileSchema(type="string", format="binary"), content_type="text/csv")
@api.doc(responses=problems(401, 403, 422))
def skm_csv(query_data: AskingSheet) -> Response:
    """Tell the same as a CSV for spreadsheets."""
    _office, found = _reported(query_data)
    separator = ";" if query_data.separator == "semicolon" else ","
    content = open_data.sheet(_figures(found), locale(), separator)
    return _file(query_data, content, "csv")


@api.get("/reports/skm.xlsx")
@api.input(Days, location="query")
@api.output(FileSchema(type="string", format="binary"), content_type=XLSX)
@api.doc(responses=problems(401, 403, 422))
def skm_xlsx(query_data: Days) -> Response:
    """Tell the same as a workbook, in the reader's language."""
    _office, found = _reported(query_data)
    content = aside(open_data.workbook, _figures(found), locale())
    return _file(query_data, content, "xlsx")


@api.get("/reports/skm.pdf")
@api.input(Days, location="query")
@api.output(FileSchema(type="string", format="binary"), content_type=PDF)
@api.doc(responses=problems(401, 403, 422))
def skm_pdf(query_data: Days) -> Response:
    """Tell the same on A4 pages, in the reader's language."""
    office, found = _reported(query_data)
    content = aside(copy_current_request_context(paper), office.name(locale()), found, locale())
    return _file(query_data, content, "pdf")


def _figures(found: Result) -> dict[str, Any]:
    return {**figures_of(found, found.index), "groups": groups_of(found)}


def _shape(found: Result) -> dict[str, Any]:
    """Return what is told as numbers."""
    told = _figures(found)
    groups = {"service": told.pop("services"), **told.pop("groups")}
    return {
        "from": told.pop("first"),
        "to": told.pop("last"),
        "least": found.least,
        "respondents": told["respondents"],
        "not_told_yet": found.waiting,
        "forms_left_out": told["lacking"],
        "finished_visits": told["population"],
        **{key: told[key] for key in ("sample_wanted", "weight", "grade", "channels", "invited")},
        **{key: open_data.numbered(told)[key] for key in ("index", "interval")},
        "elements": open_data.elements(told),
        **{
            key: None if told[key] is None else open_data.numbered(told[key])
            for key in ("drawn", "volunteered")
        },
        "groups": {
            kind: [open_data.numbered(each) for each in several] for kind, several in groups.items()
        },
        "trend": [open_data.numbered(each) for each in told["trend"]],
    }


def _reported(asked: Days) -> tuple[Office, Result]:
    """Return the asker's office and what is told of the days."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, Right.READ_REPORTS)
        office = work.session.get_one(Office, actor.office_id)
        found = result(work, office, asked.first, asked.last, now, locale(), counts())
        work.session.expunge(office)
    return office, found


def _file(asked: Days, content: bytes, ending: str) -> Response:
    return to_save(content, f"skm-{asked.first}-{asked.last}.{ending}")
