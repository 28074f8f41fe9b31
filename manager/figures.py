"""The figures of the queue as programs read them: JSON, and the same as files."""

from apiflask import APIBlueprint
from apiflask.schemas import FileSchema
from flask import Response

from manager.figures_csv import sheet
from manager.figures_shapes import Asking, AskingSheet, WaitingReport
from office import figures
from office.people import Right
from office.place import Office
from web.access import asking
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
        ),
    )


@api.get("/reports/waiting.csv")
@api.input(AskingSheet, location="query")
@api.output(FileSchema(type="string", format="binary"), content_type="text/csv")
@api.doc(responses=problems(401, 403, 422))
def waiting_csv(query_data: AskingSheet) -> Response:
    """Tell the same as a CSV for spreadsheets."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.READ_REPORTS)
        office = work.session.get_one(Office, actor.office_id)
        report = figures.waiting_report(
            work, office, query_data.first, query_data.last, query_data.service
        )
    name = f"antrean-{query_data.first}-{query_data.last}.csv"
    return Response(
        sheet(report, ";" if query_data.separator == "semicolon" else ","),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
