"""The figures of the queue as programs read them: JSON, and the same as files."""

from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response
from flask_babel import get_locale, gettext

from manager.figures_csv import sheet
from manager.figures_pdf import paper
from manager.figures_shapes import Asking, AskingSheet, WaitingReport
from manager.figures_tables import period, tables
from manager.figures_words import lost, sentence
from manager.figures_xlsx import workbook
from office import figures
from office.people import Right
from office.place import Office
from web.access import asking
from web.files import PDF, XLSX, to_save
from web.house import house
from web.shapes import problems
from web.turns import in_reading

api = APIBlueprint("figures_api", __name__, tag="Figures")


@api.get("/reports/waiting")
@api.input(Asking, location="query")
@api.output(WaitingReport)
@api.doc(responses=problems(401, 403, 422))
def waiting(query_data: Asking) -> Response:
    """Tell how many came, how long they waited and how long they were served."""
    return in_reading(
        Right.READ_REPORTS,
        lambda turn: figures.waiting_report(
            turn.work,
            turn.office,
            query_data.first,
            query_data.last,
            query_data.service,
            query_data.clerk,
            turn.now,
        ),
    )


@api.get("/reports/waiting.csv")
@api.input(AskingSheet, location="query")
@api.output(FileSchema(type="string", format="binary"), content_type="text/csv")
@api.doc(responses=problems(401, 403, 422))
def waiting_csv(query_data: AskingSheet) -> Response:
    """Tell the same as a CSV for spreadsheets."""
    _, report = _reported(query_data)
    content = sheet(report, ";" if query_data.separator == "semicolon" else ",")
    return _file(query_data, content, "csv")


@api.get("/reports/waiting.xlsx")
@api.input(Asking, location="query")
@api.output(FileSchema(type="string", format="binary"), content_type=XLSX)
@api.doc(responses=problems(401, 403, 422))
def waiting_xlsx(query_data: Asking) -> Response:
    """Tell the same as a workbook, in the reader's language."""
    office, report = _reported(query_data)
    notes = [sentence(report), *lost(report, ZoneInfo(office.timezone))]
    return _file(query_data, workbook(tables(report, language()), notes), "xlsx")


@api.get("/reports/waiting.pdf")
@api.input(Asking, location="query")
@api.output(FileSchema(type="string", format="binary"), content_type=PDF)
@api.doc(responses=problems(401, 403, 422))
def waiting_pdf(query_data: Asking) -> Response:
    """Tell the same on A4 pages, in the reader's language."""
    office, report = _reported(query_data)
    content = paper(
        office.name(language()),
        gettext("Queue figures"),
        period(report),
        [sentence(report), *lost(report, ZoneInfo(office.timezone))],
        tables(report, language()),
        language(),
    )
    return _file(query_data, content, "pdf")


def language() -> str:
    """Return the language of this request."""
    return str(get_locale())


def _reported(asked: Asking) -> tuple[Office, dict[str, Any]]:
    """Return the asker's office and the figures asked for, without those of a clerk."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, Right.READ_REPORTS)
        office = work.session.get_one(Office, actor.office_id)
        report = figures.waiting_report(
            work, office, asked.first, asked.last, asked.service, now=now
        )
        work.session.expunge(office)
    return office, report


def _file(asked: Asking, content: bytes, ending: str) -> Response:
    return to_save(content, f"antrean-{asked.first}-{asked.last}.{ending}")
