"""How the office's kiosks give out numbers: the page on which a manager sets it, its addresses."""

from dataclasses import asdict
from typing import Any

from apiflask import APIBlueprint
from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.notifying.page import HINTS, NAMES
from kiosk.notifying.sender import gateway_of, hand_over
from kiosk.settings_shapes import GroupsShape, KioskRulesShape
from office.errors import OfficeError
from office.groups import LONGEST, MOST, Group, groups_of, set_groups
from office.kiosk_rules import Rules, rules_of, set_rules
from office.notifying import LONGEST as LONGEST_ADDRESS
from office.notifying import NotifyOff, Way, cleaned
from office.people import Right
from office.place import Office, services_of
from web.errors import status_of
from web.house import house
from web.languages import locale
from web.limits import limiter, person_key
from web.pages import asker, page_for
from web.refusals import sentence
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn

#: Messages on trial of one office, and seconds that a gateway gets for one.
TRIALS, TRIAL_PATIENCE = "6 per hour", 10.0

pages = APIBlueprint("kiosk_settings", __name__, enable_openapi=False)
api = APIBlueprint("kiosk_settings_api", __name__, tag="Kiosk")


@pages.get("/manager/kiosk")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show how the kiosks give out numbers."""
    return _page()


def _page(error: str = "", status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        rules = rules_of(work, g.actor.office_id)
        groups = groups_of(work, g.actor.office_id)
        services = services_of(work, g.actor.office_id)
    shown = render_template(
        "kiosk/settings.html",
        actor=g.actor,
        rules=rules,
        limits=Rules.LIMITS,
        groups=groups,
        most_groups=MOST,
        longest=LONGEST,
        services=services,
        ways=[(each, NAMES[each], HINTS[each]) for each in Way if each in house().notify],
        error=error,
        typed=request.form if error else {},
        longest_address=LONGEST_ADDRESS,
    )
    return shown, status


@pages.post("/manager/kiosk/message")
@page_for(Right.MANAGE)
@limiter.limit(TRIALS, key_func=person_key)
def try_message() -> ResponseReturnValue:
    """Send a message on trial, and say whether its gateway took it."""
    home = house()
    wanted, typed = request.form.get("way", ""), request.form.get("address", "")
    try:
        if wanted not in home.notify:
            raise NotifyOff()
        address = cleaned(Way(wanted), typed)
    except OfficeError as refused:
        return _page(sentence(refused.code, refused.facts), status_of(refused))
    with home.store.read() as work:
        office = work.session.get_one(Office, asker().office_id).name(locale())
    letter = {
        "url": gateway_of(home.notify[Way(wanted)], address),
        "title": _("A message on trial from %(office)s", office=office),
        "body": _("Messages to visitors arrive this way. Please do not answer."),
    }
    if hand_over([letter], TRIAL_PATIENCE) != [True]:
        return _page(
            _("The gateway did not take it. Check the setting notify: antrean doctor."), 502
        )
    flash(_("The gateway took it. It should be there within a minute."))
    return redirect(url_for("kiosk_settings.page"))


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
