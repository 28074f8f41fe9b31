"""The page of other programs: their tokens, webhooks, and where the interface is described."""

import json
from typing import Any
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import current_app, g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office import programs, webhooks
from office.people import Account, Right, Token
from office.place import Office
from office.webhooks import Family, Webhook
from web.forms import whole
from web.house import house
from web.languages import moment
from web.pages import Act, asker, form_done, page_for

pages = APIBlueprint("integrations", __name__, enable_openapi=False)

#: Where the session keeps a secret until it has been shown.
MADE = "integration_made"
FAMILIES = {
    Family.VISITS: _l("Visits: taken, called, finished and so on"),
    Family.COUNTERS: _l("Counters: opened, on a break, closed"),
    Family.DAY: _l("The day: outages, early close, end"),
    Family.SETTINGS: _l("Changes of settings"),
}
SCOPES = {
    Right.READ_BOARD: _l("read the board"),
    Right.READ_JOURNAL: _l("read the journal"),
    Right.READ_REPORTS: _l("read the reports"),
    Right.TAKE_TICKET: _l("take numbers"),
    Right.RECEIVE: _l("do what the reception does"),
    Right.RUN_FLOOR: _l("do what supervisors do on the floor"),
}


@pages.get("/manager/integrations")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show the programs that may ask, and those that are told."""
    return _page()


@pages.post("/manager/integrations/programs")
@page_for(Right.MANAGE)
def let_in() -> ResponseReturnValue:
    """Make a token for a program and show it, once."""
    name, scopes = request.form.get("name", ""), request.form.getlist("scope")
    return _done(
        lambda work, office, now: programs.let_in(work, office, asker(), now, name, scopes),
        _("Added."),
    )


@pages.post("/manager/integrations/programs/<int:program>/remove")
@page_for(Right.MANAGE)
def shut_out(program: int) -> ResponseReturnValue:
    """End a program's token."""
    return _done(
        lambda work, office, now: programs.shut_out(work, office, asker(), now, program),
        _("Removed. It stops within seconds."),
    )


@pages.post("/manager/integrations/webhooks")
@page_for(Right.MANAGE)
def add() -> ResponseReturnValue:
    """Add a webhook and show what it is signed with, once."""
    url, families = request.form.get("url", ""), request.form.getlist("family")
    return _done(
        lambda work, office, now: webhooks.add_webhook(work, office, asker(), now, url, families),
        _("Added."),
    )


@pages.post("/manager/integrations/webhooks/<int:webhook>/<any(remove, again):deed>")
@page_for(Right.MANAGE)
def change(webhook: int, deed: str) -> ResponseReturnValue:
    """Remove a webhook, or send it everything from a version on."""
    version = whole(request.form.get("since")) or 0

    def act(work: Any, office: Office, now: Any) -> None:
        if deed == "remove":
            webhooks.remove_webhook(work, office, asker(), now, webhook)
        else:
            webhooks.send_again(work, office, asker(), now, webhook, version)

    return _done(act, _("Saved."))


@pages.get("/manager/integrations/api")
@page_for(Right.MANAGE)
def described() -> ResponseReturnValue:
    """Describe every address of the interface, from its own specification."""
    spec = current_app.spec  # type: ignore[attr-defined]
    told = json.loads(json.dumps(spec)) if not isinstance(spec, dict) else spec
    sections: dict[str, list[dict[str, Any]]] = {}
    for path, operations in sorted(told["paths"].items()):
        for method, operation in operations.items():
            if not isinstance(operation, dict):
                continue
            for tag in operation.get("tags", ["-"])[:1]:
                sections.setdefault(tag, []).append(
                    {
                        "method": method.upper(),
                        "path": path,
                        "summary": operation.get("description") or operation.get("summary", ""),
                        "needs": bool(operation.get("security")),
                        "body": _pretty(operation.get("requestBody")),
                        "parameters": [each["name"] for each in operation.get("parameters", [])],
                        "answers": sorted(operation["responses"]),
                    }
                )
    return render_template(
        "manager/described.html", actor=g.actor, sections=sections, schemas=_schemas(told)
    )


def _schemas(spec: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (name, json.dumps(shape, indent=1, ensure_ascii=False))
        for name, shape in sorted(spec["components"]["schemas"].items())
    ]


def _pretty(body: Any) -> str:
    if not body:
        return ""
    shape = body["content"]["application/json"]["schema"]
    return str(shape.get("$ref", "").rpartition("/")[2] or json.dumps(shape))


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    made = session.pop(MADE, None)
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        zone = ZoneInfo(office.timezone)
        hooks = [
            {
                "id": each.id,
                "url": each.url,
                "families": [FAMILIES[Family(one)] for one in each.families],
                "behind": office.version - each.sent,
                "arrived": each.arrived_at and moment(each.arrived_at.astimezone(zone)),
                "trouble": each.trouble if each.failures else None,
                "since": each.failing_since and moment(each.failing_since.astimezone(zone)),
            }
            for each in webhooks.webhooks_of(work, office.id)
        ]
        tokens = [
            {
                "id": each.id,
                "name": each.name,
                "person": work.session.get_one(Account, each.account_id).name,
                "scopes": None
                if each.scopes is None
                else [SCOPES[Right(one)] for one in each.scopes],
            }
            for each in programs.programs_of(work, office.id)
        ]
        version = office.version
    shown = render_template(
        "manager/integrations.html",
        actor=g.actor,
        webhooks=hooks,
        programs=tokens,
        families=FAMILIES,
        scopes={right: said for right, said in SCOPES.items() if right in asker().rights},
        version=version,
        made=made,
        error=error,
        typed=request.form if error else {},
    )
    return shown, status


def _done(act: Act, said: str) -> ResponseReturnValue:
    return form_done(act, said, _page, url_for("integrations.page"), _keep)


def _keep(done: Any) -> None:
    if isinstance(done, Webhook):
        session[MADE] = {"what": "webhook", "name": done.url, "secret": done.secret}
    elif isinstance(done, tuple) and isinstance(done[0], Token):
        session[MADE] = {"what": "program", "name": done[0].name, "secret": done[1]}
