"""The board for everybody: phones, and the office's web site in a frame; read only, no socket.

Off until the office turns it on. It may be embedded anywhere, which no other page may.
"""

from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue

from display.waits import waits
from display.words import words_in_both
from office.board import board
from office.errors import Unknown
from office.place import Office
from office.public import is_public
from storage.work import Work
from web.access import naming, visited_office
from web.house import house
from web.limits import limiter
from web.security import embeddable
from web.shelf import logo_address

public = APIBlueprint("public_board", __name__, enable_openapi=False)

#: For one address: phones of a hall often share one, and each asks every five seconds.
LIMIT = "1200 per minute"
#: Seconds that anybody on the way may keep an answer.
FRESH = 3


class NotPublic(Unknown):
    """The office shows its board in its waiting room only."""

    code = "not_found"


@public.get("/board")
@limiter.limit(LIMIT)
def page() -> ResponseReturnValue:
    """Show the board to whoever asks."""
    with house().store.read() as work:
        asked = naming(work, _public_office(work))
    shown = make_response(
        render_template("display/public.html", words=words_in_both(), asked=asked)
    )
    return _embeddable(shown)


@public.get("/board/state")
@limiter.limit(LIMIT)
def state() -> Response:
    """Tell what the board shows, with an ETag."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        office = _public_office(work)
        told: dict[str, Any] = {
            **board(work, office, now),
            "waits": waits(work, office, now),
            "logo": logo_address(work, office.id),
        }
    # The moment of the answer is no news.
    told.pop("at")
    answer = jsonify(told)
    answer.add_etag()
    answer.headers["Cache-Control"] = f"public, max-age={FRESH}"
    answer.make_conditional(request)
    return _embeddable(answer)


def _public_office(work: Work) -> Office:
    """Return the office asked for, or the only one.

    Raises NotPublic, OfficeUnknown or OfficeUnnamed.
    """
    office = visited_office(work)
    if not is_public(work, office.id):
        raise NotPublic()
    return office


def _embeddable(answer: Response) -> Response:
    return embeddable(answer)
