"""How the office's kiosks give out numbers: the page on which a manager sets it, its addresses."""

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import Response, g, render_template
from flask.typing import ResponseReturnValue

from kiosk.settings_shapes import GroupsShape, KioskRulesShape
from office.groups import LONGEST, MOST, Group, groups_of, set_groups
from office.kiosk_rules import Rules, rules_of, set_rules
from office.people import Right
from office.place import services_of
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
        groups = groups_of(work, g.actor.office_id)
        services = services_of(work, g.actor.office_id)
    return render_template(
        "kiosk/settings.html",
        actor=g.actor,
        rules=rules,
        limits=Rules.LIMITS,
        groups=groups,
        most_groups=MOST,
        longest=LONGEST,
        services=services,
        ways=house().notify,
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


@api.get("/rules/groups")
@api.output(GroupsShape)
@api.doc(responses=problems(401, 403))
def service_groups() -> Response:
    """Tell in which groups kiosks show the services."""
    return in_reading(Right.READ_REPORTS, _groups)


@api.post("/rules/groups")
@api.input(GroupsShape)
@api.output(GroupsShape)
@api.doc(responses=problems(400, 401, 403, 404, 409, 413, 422))
def set_service_groups(json_data: GroupsShape) -> Response:
    """Let kiosks show the services in these groups, and no others."""

    def act(turn: Turn) -> dict[str, Any]:
        wanted = [Group(each.names, tuple(each.services)) for each in json_data.groups]
        set_groups(turn.work, turn.office, turn.actor, turn.now, wanted)
        turn.work.session.flush()
        return _groups(turn)

    return in_turn(Right.MANAGE, act)


def _groups(turn: Turn) -> dict[str, Any]:
    services = services_of(turn.work, turn.office.id)
    return {
        "groups": [
            {
                "names": group.names,
                "services": [each.code for each in services if each.group_id == group.id],
            }
            for group in groups_of(turn.work, turn.office.id)
        ]
    }


def _rules(turn: Turn) -> dict[str, Any]:
    return asdict(rules_of(turn.work, turn.office.id))
