"""The rights of single accounts: the page on which a manager grants them and takes them back."""

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office import rights
from office.people import GRANTABLE, Right
from web.house import house
from web.pages import asker, form_done, page_for

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
    return _page()


@pages.post("/manager/rights/<int:account_id>")
@page_for(Right.MANAGE)
def grant(account_id: int) -> ResponseReturnValue:
    """Let an account have the rights that are ticked."""
    ticked = set(request.form.getlist("right"))
    wanted = [each for each in GRANTABLE if each.value in ticked]
    return form_done(
        lambda work, office, now: rights.grant(work, office, asker(), now, account_id, wanted),
        _("Saved. It holds at once."),
        _page,
        url_for("rights.page"),
    )


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        accounts = [
            {
                "id": each.id,
                "name": each.name,
                "role": ROLES.get(each.role, each.role),
                "fixed": rights.of_role(each),
                "granted": set(each.extra_rights),
            }
            for each in rights.accounts_of(work, asker().office_id)
        ]
    columns = [(each.value, NAMES[each]) for each in GRANTABLE]
    shown = render_template(
        "manager/rights.html", actor=g.actor, accounts=accounts, columns=columns, error=error
    )
    return shown, status
