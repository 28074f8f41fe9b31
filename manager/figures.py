"""The figures of the queue as programs read them: JSON, and the same as files."""

from apiflask import APIBlueprint
from flask import Response

from manager.figures_shapes import Asking, WaitingReport
from office import figures
from office.people import Right
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
