"""The page that shows a code until a manager has typed it; then this browser is a screen."""

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response, render_template, session

from display.words import words_in_both
from office.pairing import begin_pairing, paired
from web.access import link_device
from web.house import house
from web.limits import limiter

pairing_pages = APIBlueprint("pairing", __name__, enable_openapi=False)

#: Where the session keeps the pairing's number and code.
PAIRING = "pairing"
#: For one address: every screen of an office may share it, and a code is shown for ten minutes.
BEGIN = "60 per minute"


@pairing_pages.get("/display/pair")
@limiter.limit(BEGIN)
def pair_page() -> Response:
    """Show the code."""
    home = house()
    now = home.clock.now()
    number, code = session.get(PAIRING, (0, ""))
    with home.store.read() as work:
        stands, _token = paired(work, number, now)
    if not stands:
        with home.store.work() as work:
            number, code = begin_pairing(work, now)
        session[PAIRING] = (number, code)
    page = render_template("display/pair.html", code=code, words=words_in_both())
    return make_response(page)


@pairing_pages.get("/display/pair/state")
def pair_state() -> Response:
    """Say whether the code has been typed; from then on this browser is the screen."""
    home = house()
    number, _code = session.get(PAIRING, (0, ""))
    with home.store.read() as work:
        stands, token = paired(work, number, home.clock.now())
    if token is not None:
        link_device(token)
        session.pop(PAIRING)
    return jsonify(state="paired" if token is not None else "waiting" if stands else "over")
