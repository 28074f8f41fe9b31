"""The doors of the house: signing in and out, linking a device, and whether the server is well."""

from collections.abc import Collection
from importlib.metadata import version
from typing import cast
from urllib.parse import urlsplit

from apiflask import APIBlueprint
from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import text

from office import devices
from office.accounts import InvitationInvalid, accept, invited
from office.errors import AccountUnknown
from office.passwords import (
    SHORTEST,
    PasswordCommon,
    PasswordTooShort,
    account_named,
    hash_password,
    known_of,
    matches,
)
from office.people import Account, Right, Role, rights_of
from office.place import Office, has_several
from office.turn import take_turn
from web.access import half_way, holding_here, link_device, sign_in, sign_in_failed, sign_out
from web.aside import aside
from web.house import house
from web.limits import LINK, SIGN_IN, SIGN_IN_ANY, limiter, name_key
from web.refusals import sentence

doors = APIBlueprint(
    "web",
    __name__,
    template_folder="templates",
    static_folder="static/web",
    static_url_path="/static/web",
    enable_openapi=False,
)

HOME = {Role.KIOSK: "kiosk.page", Role.SCREEN: "display.page", Role.EXIT: "exit.page"}


@doors.get("/")
def home() -> Response:
    """Go where whoever asks works."""
    with house().store.read() as work:
        held = holding_here(work, house().clock.now())
        place = "web.sign_in_page" if held is None else _place_of(rights_of(held[1]))
        if held is not None and held[0].by_pin:
            place = "counter.page"
    return cast(Response, redirect(url_for(place)))


@doors.get("/sign-in")
def sign_in_page() -> str:
    """Show the form."""
    return _sign_in_form()


@doors.post("/sign-in")
@limiter.limit(SIGN_IN, key_func=name_key)
@limiter.limit(SIGN_IN_ANY)
def sign_in_sent() -> Response:
    """Sign a person in."""
    home = house()
    username = request.form.get("username", "")
    with home.store.read() as work:
        try:
            account: Account | None = account_named(work, username)
        except AccountUnknown:
            account = None
    known = account.password_hash if account is not None and account.active else None
    if not aside(matches, known, request.form.get("password", "")) or account is None:
        with home.store.work() as work:
            why = "name" if account is None else "password" if account.active else "closed"
            code = username.strip().lower().partition("@")[2]
            sign_in_failed(work, account, why, home.clock.now(), code)
        page = _sign_in_form(_("The name or the password is wrong."), username)
        return make_response(page, 401)
    return _let_in(account, _next())


@doors.post("/sign-out")
def sign_out_sent() -> Response:
    """Sign the person out; the browser stays the device it is."""
    home = house()
    with home.store.work() as work:
        sign_out(work, home.clock.now())
    return cast(Response, redirect(url_for("web.sign_in_page")))


@doors.get("/welcome")
def welcome() -> str:
    """Ask whoever was invited for the code and a password."""
    return _welcome_form()


@doors.post("/welcome")
@limiter.limit(SIGN_IN, key_func=name_key)
@limiter.limit(LINK)
def welcome_sent() -> Response:
    """Let whoever holds the code have the password they chose, and sign them in."""
    home, form = house(), request.form
    password = form.get("password", "")
    if password != form.get("again", ""):
        return _not_welcome("password", _("The two passwords are not the same."))
    try:
        name, code, now = form.get("username", ""), form.get("code", ""), home.clock.now()
        with home.store.read() as work:
            account = invited(work, name, code, now)
            known = known_of(account, work.session.get_one(Office, account.office_id))
        chosen = aside(hash_password, password, *known)
        with home.store.work() as work:
            account = accept(work, name, code, chosen, now)
    except (PasswordTooShort, PasswordCommon, InvitationInvalid) as refusal:
        field = "code" if isinstance(refusal, InvitationInvalid) else "password"
        return _not_welcome(field, sentence(refusal.code, refusal.facts))
    return _let_in(account, "")


@doors.get("/link")
@doors.get("/link/<code>")
def link_page(code: str = "") -> str:
    """Ask for the link code; nothing is spent until the button is pressed."""
    return render_template("web/unpaired.html", code=code, error=None)


@doors.post("/link")
@limiter.limit(LINK)
def link_sent() -> Response:
    """Make this browser the device the code stands for."""
    home = house()
    try:
        with home.store.work() as work:
            now = home.clock.now()
            token = devices.spend_link(work, request.form.get("code", ""), now)
            token.seen_at = now
            devices.tell(work, take_turn(work, token.office_id, now), None, now, token, "linked")
    except devices.LinkInvalid:
        page = render_template(
            "web/unpaired.html",
            code=request.form.get("code", ""),
            error=_("This code is not valid or has been used. Ask for a new one."),
        )
        return make_response(page, 422)
    link_device(token)
    return cast(Response, redirect(url_for(HOME.get(Role(token.role), "web.home"))))


@doors.get("/healthz")
def health() -> Response:
    """Say that the server and its database answer."""
    with house().store.read() as work:
        work.session.execute(text("SELECT 1"))
    return jsonify(status="ok", version=version("antrean"))


def _sign_in_form(error: str | None = None, username: str = "") -> str:
    with house().store.read() as work:
        several = has_several(work)
    return render_template(
        "web/sign_in.html", error=error, username=username, next=_next(), several=several
    )


def _welcome_form(error: str | None = None, field: str = "") -> str:
    form = request.form
    return render_template(
        "web/welcome.html",
        error=error,
        field=field,
        username=form.get("username", ""),
        code=form.get("code", ""),
        shortest=SHORTEST,
    )


def _not_welcome(field: str, error: str) -> Response:
    return make_response(_welcome_form(error, field), 422)


def _let_in(account: Account, onward: str) -> Response:
    """Sign in whoever gave the right password, or ask for their code first."""
    now = house().clock.now()
    if account.totp_salt is not None:
        half_way(account, onward, now)
        return cast(Response, redirect(url_for("second_factor.code_page")))
    with house().store.work() as work:
        sign_in(work, account, now)
    return cast(Response, redirect(onward or url_for(_place_of(rights_of(account)))))


def _place_of(rights: Collection[Right]) -> str:
    if Right.READ_REPORTS in rights:
        return "manager.page"
    if Right.RUN_FLOOR in rights:
        return "floor.page"
    return "counter.page" if Right.SERVE in rights else "reception.page"


def _next() -> str:
    """Return where to go after signing in: a path of this server, or nothing."""
    wanted = request.values.get("next", "")
    parts = urlsplit(wanted)
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if safe and not parts.scheme and not parts.netloc else ""
