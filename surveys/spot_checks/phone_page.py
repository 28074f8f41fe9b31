"""The inspector's page on the phone, which loads without network, and the script that lets it."""

from pathlib import Path

from apiflask import APIBlueprint
from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from office.people import Right
from surveys.reasons import reasons_told
from surveys.spot_checks import entries, photos
from surveys.spot_checks.checks import LONGEST_PLACE
from surveys.spot_checks.draws import USUAL, WITHIN
from surveys.spot_checks.standard import ANSWERS, ITEMS
from surveys.spot_checks.telling import STATUSES
from web.pages import page_for

pages = APIBlueprint("spot_check", __name__, enable_openapi=False)

WORKER = Path(__file__).parent.parent / "static" / "surveys" / "sidak-worker.js"
LIMITS = {
    "place": LONGEST_PLACE,
    "words": entries.LONGEST_WORDS,
    "note": entries.LONGEST_NOTE,
    "finding": entries.LONGEST_FINDING,
    "owner": entries.LONGEST_OWNER,
    "wait": entries.LONGEST_WAIT,
    "photos": photos.MOST,
    "within": WITHIN,
    "usual": USUAL,
}


@pages.get("/sidak/")
@page_for(Right.SPOT_CHECK)
def page() -> ResponseReturnValue:
    """Show the page; it holds nothing of any check, so that the phone may keep it."""
    return render_template(
        "surveys/spot_check.html",
        actor=g.actor,
        reasons=reasons_told(),
        items=[{"item": item, "name": str(name)} for item, name in ITEMS.items()],
        answers=[(each.value, str(name)) for each, name in ANSWERS.items()],
        statuses={status: str(name) for status, name in STATUSES.items()},
        limits=LIMITS,
    )


@pages.get("/sidak/worker.js")
def worker() -> Response:
    """Give the script that keeps this page, and nothing beside it, for when there is no network.

    Its address, not that of other scripts, is what it may be active for.
    """
    return Response(
        WORKER.read_bytes(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "no-cache"},
    )
