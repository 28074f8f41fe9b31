"""The people of the office: the page on which they are invited, changed and let go."""

from apiflask import APIBlueprint
from flask import g, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from manager.rights import ROLES
from office import accounts
from office.people import Account, Right, Role
from office.place import Office
from web.house import house
from web.pages import Act, asker, form_done, page_for

pages = APIBlueprint("people", __name__, enable_openapi=False)

#: Where the session keeps an invitation until it has been shown.
INVITATION = "invitation"


@pages.get("/manager/people")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """List the people, with the code just made, this once."""
    return _page()


@pages.post("/manager/people")
@page_for(Right.MANAGE)
def invite() -> ResponseReturnValue:
    """Add somebody and show the code with which they choose a password."""
    username, name, role = (request.form.get(each, "") for each in ("username", "name", "role"))
    return _done(
        lambda work, office, now: accounts.invite(work, office, asker(), now, username, name, role),
        _("Added."),
    )


@pages.post("/manager/people/<int:account_id>")
@page_for(Right.MANAGE)
def change(account_id: int) -> ResponseReturnValue:
    """Give somebody another name or role."""
    name, role = request.form.get("name", ""), request.form.get("role", "")
    return _done(
        lambda work, office, now: accounts.change(
            work, office, asker(), now, account_id, name, role
        ),
        _("Saved. It holds at once."),
    )


@pages.post("/manager/people/<int:account_id>/code")
@page_for(Right.MANAGE)
def invite_again(account_id: int) -> ResponseReturnValue:
    """Show a new code for somebody."""
    return _done(
        lambda work, office, now: accounts.invite_again(work, office, asker(), now, account_id),
        _("The old password holds until a new one is chosen."),
    )


@pages.post("/manager/people/<int:account_id>/close")
@page_for(Right.MANAGE)
def close(account_id: int) -> ResponseReturnValue:
    """Close somebody's account."""
    return _done(
        lambda work, office, now: accounts.close(work, office, asker(), now, account_id),
        _("The account is closed. What its holder did stays in the journal."),
    )


@pages.post("/manager/people/<int:account_id>/reopen")
@page_for(Right.MANAGE)
def reopen(account_id: int) -> ResponseReturnValue:
    """Let somebody come back."""
    return _done(
        lambda work, office, now: accounts.reopen(work, office, asker(), now, account_id),
        _("The account is open again."),
    )


@pages.post("/manager/people/<int:account_id>/sign-ins/end")
@page_for(Right.MANAGE)
def end_sign_ins(account_id: int) -> ResponseReturnValue:
    """Sign somebody out everywhere."""
    return _done(
        lambda work, office, now: accounts.end_sign_ins(work, office, asker(), now, account_id),
        _("Signed out everywhere. It holds at once."),
    )


@pages.post("/manager/people/<int:account_id>/second-factor/end")
@page_for(Right.MANAGE)
def end_second_factor(account_id: int) -> ResponseReturnValue:
    """Let somebody who lost the phone sign in by the password alone."""
    return _done(
        lambda work, office, now: accounts.end_second_factor(
            work, office, asker(), now, account_id
        ),
        _("The second factor is removed. Until a new one is set up, the password alone lets in."),
    )


@pages.post("/manager/people/<int:account_id>/single-sign-on/end")
@page_for(Right.MANAGE)
def unbind(account_id: int) -> ResponseReturnValue:
    """Let somebody be linked anew to who they are at the provider of single sign-on."""
    return _done(
        lambda work, office, now: accounts.unbind(work, office, asker(), now, account_id),
        _("The link is removed. Whoever has this name there and signs in next is linked."),
    )


@pages.post("/manager/people/second-factor")
@page_for(Right.MANAGE)
def bid_second_factor() -> ResponseReturnValue:
    """Bid managers and administrators to have a second factor, or no more."""
    wanted = "wanted" in request.form
    return _done(
        lambda work, office, now: accounts.bid_second_factor(
            work, office, asker(), now, wanted=wanted
        ),
        _("Saved. It holds at once."),
    )


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    invited, code = session.pop(INVITATION, (None, None))
    now = house().clock.now()
    given = accounts.roles_given_by(asker())
    with house().store.read() as work:
        bid = work.session.get_one(Office, asker().office_id).second_factor
        people = [
            {
                "id": each.id,
                "name": each.name,
                "username": each.username,
                "role": each.role,
                "active": each.active,
                "second_factor": each.totp_salt is not None,
                "bound": each.subject_hash is not None,
                "has_password": bool(each.password_hash),
                "invited": each.invite_until is not None and each.invite_until > now,
                "own": each.id == asker().account_id,
                "seen_to": each.id != asker().account_id and Role(each.role) in given,
            }
            for each in accounts.people_of(work, asker().office_id)
        ]
    shown = render_template(
        "manager/people.html",
        actor=g.actor,
        people=people,
        roles=[(role.value, ROLES[role.value]) for role in given],
        role_names=ROLES,
        bid=bid if asker().role is Role.ADMINISTRATOR else None,
        invited=next((each for each in people if each["id"] == invited), None),
        code=code,
        hours=int(accounts.VALID.total_seconds() // 3600),
        address=(house().public_url or request.url_root.rstrip("/")) + url_for("web.welcome"),
        error=error,
        typed=request.form,
    )
    return shown, status


def _done(act: Act, said: str) -> ResponseReturnValue:
    return form_done(act, said, _page, url_for("people.page"), _keep_invitation)


def _keep_invitation(done: Account | tuple[Account, str] | None) -> None:
    if isinstance(done, tuple):
        session[INVITATION] = (done[0].id, done[1])
