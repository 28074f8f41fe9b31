"""The board's address."""

from apiflask import APIBlueprint
from flask import Response

from display.shapes import Board
from office.board import board
from office.people import Right
from web.shapes import problems
from web.turns import in_reading

api = APIBlueprint("display_api", __name__, tag="Board")


@api.get("/board")
@api.output(Board)
@api.doc(responses=problems(401, 403))
def the_board() -> Response:
    """Tell what the waiting room shows."""
    return in_reading(Right.READ_BOARD, lambda turn: board(turn.work, turn.office, turn.now))
