"""How the office's kiosks give out numbers: the page on which a manager sets it, its addresses."""

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from kiosk.settings_shapes import KioskRulesShape
from office.kiosk_rules import Rules, rules_of, set_rules
from office.people import Right
from web.house import house
from web.pages import page_for
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn

pages = APIBlueprint("kiosk_settings", __name__, enable_openapi=False)
api = APIBlueprint("kiosk_settings_api", __name__, tag="Kiosk")


@pages.get("/manager/kiosk")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show how the kiosks give out numbers."""
    with house().store.read() as work:
        rules = rules_of(work, g.actor.office_id)
    return render_template(
        "kiosk/settings.html", actor=g.actor, rules=rules, limits=Rules.LIMITS, usual=Rules()
    )


@api.get("/rules/kiosk")
@api.output(KioskRulesShape)
@api.doc(responses=problems(401, 403))
def kiosk_rules() -> Response:
    """Tell how much one number may be for, and when a kiosk rests."""
    return in_reading(Right.READ_REPORTS, _rules)


@api.post("/rules/kiosk")
@api.input(KioskRulesShape)
@api.output(KioskRulesShape)
@api.doc(responses=problems(400, 401, 403, 404, 409, 413, 422))
def set_kiosk_rules(json_data: KioskRulesShape) -> Response:
    """Say how much one number may be for, and when a kiosk rests."""

    def act(turn: Turn) -> dict[str, Any]:
        wanted = Rules(**json_data.model_dump())
        set_rules(turn.work, turn.office, turn.actor, turn.now, wanted)
        turn.work.session.flush()
        return _rules(turn)

    return in_turn(Right.MANAGE, act)


def _rules(turn: Turn) -> dict[str, Any]:
    return asdict(rules_of(turn.work, turn.office.id))
