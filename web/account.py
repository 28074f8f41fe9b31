"""A person's own page: who they are here, and the PIN with which they take over a counter."""

from apiflask import APIBlueprint
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.passwords import matches
from office.people import Account
from office.pins import PinRefused, hash_pin
from web.access import signed_in
from web.aside import aside
from web.house import house
from web.limits import SIGN_IN, limiter, person_key
from web.pages import SIGN_IN as DOOR
from web.refusals import sentence

account_pages = APIBlueprint("account", __name__, enable_openapi=False)


@account_pages.get("/account")
def page() -> ResponseReturnValue:
    """Show the own account."""
    person = _person()
    if person is None:
        return redirect(url_for(DOOR, next=url_for("account.page")))
    return render_template("web/account.html", person=person, error=None)


@account_pages.post("/account/pin")
@limiter.limit(SIGN_IN, key_func=person_key)
def pin_sent() -> ResponseReturnValue:
    """Choose a new PIN, or none; the password proves that it is the person who chooses."""
    person = _person()
    if person is None:
        return redirect(url_for(DOOR, next=url_for("account.page")))
    pin, again = request.form.get("pin", "").strip(), request.form.get("again", "").strip()
    if not aside(matches, person.password_hash, request.form.get("password", "")):
        return _refused(person, "password", _("The password is wrong."))
    if pin != again:
        return _refused(person, "pin", _("The two PINs are not the same."))
    kept = None
    if pin:
        try:
            kept = aside(hash_pin, pin)
        except PinRefused as refusal:
            return _refused(person, "pin", sentence(refusal.code, refusal.facts))
    with house().store.work() as work:
        work.session.get_one(Account, person.id).pin_hash = kept
    flash(_("Your PIN is set.") if kept else _("Your PIN is removed."))
    return redirect(url_for("account.page"))


def _person() -> Account | None:
    home = house()
    with home.store.read() as work:
        return signed_in(work, home.clock.now())


def _refused(person: Account, field: str, error: str) -> Response:
    page = render_template("web/account.html", person=person, error=error, field=field)
    return make_response(page, 422)
