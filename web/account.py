"""A person's own page: who they are here, and the PIN with which they take over a counter."""

from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import sign_ins
from office.accounts import tell
from office.passwords import (
    SHORTEST,
    PasswordCommon,
    PasswordTooShort,
    hash_password,
    known_of,
    matches,
    set_password,
)
from office.people import Account, actor_of_account
from office.pins import PinRefused, hash_pin
from office.place import Office
from office.second_factor import recoveries
from office.turn import take_turn
from web import access
from web.access import CredentialsMissing, holding_here, sign_in, signed_in
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
    return _page(person)


@account_pages.post("/account/sign-ins/<int:number>/end")
def end_sign_in(number: int) -> ResponseReturnValue:
    """End one of the own sign-ins, such as that of a computer left behind."""
    home = house()
    now = home.clock.now()
    with home.store.work() as work:
        person = signed_in(work, now)
        if person is None:
            raise CredentialsMissing()
        access.end_sign_in(work, person, number, now)
    flash(_("That sign-in is ended."))
    return redirect(url_for("account.page"))


@account_pages.post("/account/password")
@limiter.limit(SIGN_IN, key_func=person_key)
def password_sent() -> ResponseReturnValue:
    """Choose a new password; every other sign-in ends, and the PIN with it."""
    person = _person()
    if person is None:
        return redirect(url_for(DOOR, next=url_for("account.page")))
    form = request.form
    if not aside(matches, person.password_hash, form.get("password", "")):
        return _refused(person, "old", _("The password is wrong."))
    if form.get("new", "") != form.get("again", ""):
        return _refused(person, "new", _("The two passwords are not the same."))
    try:
        with house().store.read() as work:
            known = known_of(person, work.session.get_one(Office, person.office_id))
        kept = aside(hash_password, form.get("new", ""), *known)
    except (PasswordTooShort, PasswordCommon) as refusal:
        return _refused(person, "new", sentence(refusal.code, refusal.facts))
    home = house()
    now = home.clock.now()
    with home.store.work() as work:
        office = take_turn(work, person.office_id, now)
        account = work.session.get_one(Account, person.id)
        set_password(account, kept)
        tell(work, office, actor_of_account(account), now, account, "password_changed")
        sign_in(work, account, now)
    flash(_("Your password is changed. Everywhere else you are signed out."))
    return redirect(url_for("account.page"))


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
    home = house()
    now = home.clock.now()
    with home.store.work() as work:
        office = take_turn(work, person.office_id, now)
        account = work.session.get_one(Account, person.id)
        account.pin_hash = kept
        tell(work, office, actor_of_account(account), now, account, "pin_changed")
    flash(_("Your PIN is set.") if kept else _("Your PIN is removed."))
    return redirect(url_for("account.page"))


def _person() -> Account | None:
    home = house()
    with home.store.read() as work:
        return signed_in(work, home.clock.now())


def _refused(person: Account, field: str, error: str) -> Response:
    return make_response(_page(person, field, error), 422)


def _page(person: Account, field: str = "", error: str | None = None) -> str:
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        held, office = holding_here(work, now), work.session.get_one(Office, person.office_id)
        signed = [
            {
                "id": each.id,
                "browser": each.browser,
                "began": each.began_at.astimezone(ZoneInfo(office.timezone)),
                "here": held is not None and each.id == held[0].id,
                "by_pin": each.by_pin,
            }
            for each in sign_ins.of_account(work, person.id, now)
        ]
    return render_template(
        "web/account.html",
        person=person,
        sign_ins=signed,
        error=error,
        field=field,
        shortest=SHORTEST,
        recoveries=len(recoveries(person)),
    )
