"""The rights of single accounts: the page on which a manager grants them and takes them back."""

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office import rights
from office.people import GRANTABLE, Right
from office.turn import take_turn
from web.house import house
from web.pages import page_for

pages = APIBlueprint("rights", __name__, enable_openapi=False)

NAMES: dict[Right, LazyString] = {
    Right.CALL_OUT_OF_ORDER: _l("Call out of order"),
    Right.TRANSFER: _l("Send visitors on"),
    Right.CANCEL_TICKET: _l("Cancel tickets"),
    Right.CHANGE_PRIORITY: _l("Mark priority"),
    Right.WALK_IN: _l("Serve without a ticket"),
    Right.REPRINT: _l("Reprint slips"),
}
ROLES: dict[str, LazyString] = {
    "staff": _l("Clerk"),
    "reception": _l("Reception"),
    "supervisor": _l("Supervisor"),
    "manager": _l("Manager"),
    "head": _l("Head, reads only"),
    "inspector": _l("Inspector"),
    "administrator": _l("Administrator"),
}


@pages.get("/manager/rights")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """List the accounts with what each may do."""
    with house().store.read() as work:
        accounts = [
            {
                "id": each.id,
                "name": each.name,
                "role": ROLES.get(each.role, each.role),
                "fixed": rights.of_role(each),
                "granted": set(each.extra_rights),
            }
            for each in rights.accounts_of(work, g.actor.office_id)
        ]
    columns = [(each.value, NAMES[each]) for each in GRANTABLE]
    return render_template("manager/rights.html", actor=g.actor, accounts=accounts, columns=columns)


@pages.post("/manager/rights/<int:account_id>")
@page_for(Right.MANAGE)
def grant(account_id: int) -> ResponseReturnValue:
    """Let an account have the rights that are ticked."""
    home = house()
    now = home.clock.now()
    ticked = set(request.form.getlist("right"))
    wanted = [each for each in GRANTABLE if each.value in ticked]
    with home.store.work() as work:
        office = take_turn(work, g.actor.office_id, now)
        account = rights.grant(work, office, g.actor, now, account_id, wanted)
    flash(_("Saved: %(name)s. It holds at once.", name=account.name))
    return redirect(url_for("rights.page"))
