"""The second step of signing in, and the own page on which a phone is set up for it."""

from datetime import datetime, timedelta
from typing import cast

import segno
from apiflask import APIBlueprint
from flask import (
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import second_factor
from office.accounts import tell
from office.passwords import matches
from office.people import Account, actor_of_account
from office.place import Office
from office.second_factor import CodeWrong
from office.turn import take_turn
from web.access import halfway_in, sign_in, sign_in_failed, signed_in
from web.aside import aside
from web.house import house
from web.languages import locale
from web.limits import CODE, SIGN_IN, halfway_key, limiter, person_key
from web.pages import SIGN_IN as DOOR
from web.refusals import sentence

second_factor_pages = APIBlueprint("second_factor", __name__, enable_openapi=False)

#: Where the session keeps the salt of a phone being set up; without the key it is no secret.
SALT = "totp_salt"
#: Where it keeps recovery codes until they are written down, and for how long at most.
CODES = "recovery_codes"
SHOWN_FOR = timedelta(minutes=15)


@second_factor_pages.get("/sign-in/code")
def code_page() -> ResponseReturnValue:
    """Ask for the phone's code."""
    with house().store.read() as work:
        person = halfway_in(work, house().clock.now())
    return redirect(url_for(DOOR)) if person is None else _code_form()


@second_factor_pages.post("/sign-in/code")
@limiter.limit(CODE, key_func=halfway_key)
def code_sent() -> ResponseReturnValue:
    """Sign in whoever has the phone, or a recovery code."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        person = halfway_in(work, now)
    if person is None:
        return redirect(url_for(DOOR))
    step, recovery = _proof(person, request.form.get("code", ""), now)
    try:
        with home.store.work() as work:
            take_turn(work, person.office_id, now)
            account = work.session.get_one(Account, person.id)
            second_factor.use(account, step, recovery)
            sign_in(work, account, now, how=session["halfway"].get("how", ""))
    except CodeWrong as refusal:
        with home.store.work() as work:
            sign_in_failed(work, person, "code", now)
        return make_response(_code_form(sentence(refusal.code, refusal.facts)), 401)
    onward = session.pop("halfway")["next"]
    if recovery is not None:
        left = len(second_factor.recoveries(account))
        flash(_("That recovery code is used up. %(count)s are left.", count=left))
    return redirect(onward or url_for("web.home"))


@second_factor_pages.get("/account/second-factor")
def page() -> ResponseReturnValue:
    """Show whether there is a second factor, or how one is set up."""
    person = _person()
    if person is None:
        return redirect(url_for(DOOR, next=url_for("second_factor.page")))
    if person.totp_salt is None:
        session[SALT] = second_factor.new_salt()
    return _page(person)


@second_factor_pages.post("/account/second-factor")
@limiter.limit(SIGN_IN, key_func=person_key)
def set_up() -> ResponseReturnValue:
    """Take the phone whose code is typed, and show the recovery codes, this once."""
    person, home = _person(), house()
    if person is None or person.totp_salt is not None or SALT not in session:
        return redirect(url_for(DOOR, next=url_for("second_factor.page")))
    now, salt = home.clock.now(), session[SALT]
    if not aside(matches, person.password_hash, request.form.get("password", "")):
        return make_response(_page(person, "password", _("The password is wrong.")), 422)
    step = second_factor.step_of(_key(), salt, request.form.get("code", ""), now)
    if step is None:
        return make_response(_page(person, "code", sentence(CodeWrong.code, {})), 422)
    codes, hashes = aside(second_factor.new_recovery_codes)
    with home.store.work() as work:
        office = take_turn(work, person.office_id, now)
        account = work.session.get_one(Account, person.id)
        second_factor.begin(account, salt, step, hashes)
        tell(work, office, actor_of_account(account), now, account, "second_factor_begun")
        sign_in(work, account, now)
    session.pop(SALT)
    until = (now + SHOWN_FOR).isoformat()
    session[CODES] = {"account": person.id, "codes": codes, "until": until}
    return redirect(url_for("second_factor.recovery_codes"))


@second_factor_pages.get("/account/second-factor/codes")
def recovery_codes() -> ResponseReturnValue:
    """Show the recovery codes just made, in whatever language, until they are written down."""
    person, held, now = _person(), session.get(CODES), house().clock.now()
    mine = person is not None and held is not None and held["account"] == person.id
    if not mine or held is None or now.isoformat() > held["until"]:
        session.pop(CODES, None)
        return redirect(url_for(DOOR, next=url_for("second_factor.page")))
    return render_template("web/recovery_codes.html", codes=held["codes"])


@second_factor_pages.post("/account/second-factor/codes")
def codes_written_down() -> ResponseReturnValue:
    """Show the recovery codes no more."""
    if session.pop(CODES, None) is None:
        return redirect(url_for(DOOR, next=url_for("second_factor.page")))
    return redirect(url_for("web.home"))


@second_factor_pages.post("/account/second-factor/end")
@limiter.limit(SIGN_IN, key_func=person_key)
def give_up() -> ResponseReturnValue:
    """Sign in by the password alone from now on."""
    person, home = _person(), house()
    if person is None:
        return redirect(url_for(DOOR, next=url_for("second_factor.page")))
    if not aside(matches, person.password_hash, request.form.get("password", "")):
        return make_response(_page(person, "password", _("The password is wrong.")), 422)
    now = home.clock.now()
    with home.store.work() as work:
        office = take_turn(work, person.office_id, now)
        account = work.session.get_one(Account, person.id)
        second_factor.end(account)
        tell(work, office, actor_of_account(account), now, account, "second_factor_ended")
        sign_in(work, account, now)
    flash(_("You sign in by the password alone now."))
    return redirect(url_for("account.page"))


def _key() -> str:
    return cast(str, current_app.config["SECRET_KEY"])


def _proof(person: Account, typed: str, now: datetime) -> tuple[int | None, str | None]:
    """Return the step whose code was typed, or what is kept of the recovery code that was."""
    if person.totp_salt is None:
        return None, None
    step = second_factor.step_of(_key(), person.totp_salt, typed, now)
    if step is not None:
        return step, None
    return None, aside(second_factor.recovery_hash_of, second_factor.recoveries(person), typed)


def _person() -> Account | None:
    home = house()
    with home.store.read() as work:
        return signed_in(work, home.clock.now())


def _code_form(error: str | None = None) -> str:
    return render_template("web/code.html", error=error)


def _page(person: Account, field: str = "", error: str | None = None) -> str:
    with house().store.read() as work:
        office = work.session.get_one(Office, person.office_id)
        lacking = second_factor.is_lacking(office, person)
    secret = second_factor.secret_of(_key(), session.get(SALT, ""))
    address = second_factor.address_of(secret, person.username, office.name(locale()))
    return render_template(
        "web/second_factor.html",
        person=person,
        lacking=lacking,
        secret=secret,
        qr=segno.make(address, error="m").svg_data_uri(scale=5, border=3),
        field=field,
        error=error,
    )
