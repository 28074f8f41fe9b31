"""The doors of the house: signing in and out, linking a device, and whether the server is well."""

from collections.abc import Collection
from importlib.metadata import version
from typing import Any, cast

from apiflask import APIBlueprint
from flask import (
    Response,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
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
from web.limits import LINK, SIGN_IN, SIGN_IN_ANY, is_known_to_name, limiter, name_key
from web.refusals import sentence

doors = APIBlueprint(
    "web",
    __name__,
    template_folder="templates",
    static_folder="static/web",
    static_url_path="/static/web",
    enable_openapi=False,
)

#: Where the session keeps what the form tells of the provider, in any language: a refusal's code
#: and name, or the address to sign out there.
OF_PROVIDER = "of_provider"

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
    """Show the form, after a visit to the provider with what came of it."""
    return _sign_in_form()


@doors.post("/sign-in")
@limiter.limit(SIGN_IN, key_func=name_key)
@limiter.limit(SIGN_IN_ANY, exempt_when=is_known_to_name)
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
    return let_in(account, onward())


@doors.post("/sign-out")
def sign_out_sent() -> ResponseReturnValue:
    """Sign the person out; the browser stays the device it is.

    Whoever came by the provider is offered a link out of there, too: no form leads elsewhere.
    """
    home = house()
    now, out = home.clock.now(), None
    provider = home.provider if session.get("account", {}).get("how") else None
    with home.store.work() as work:
        sign_out(work, now)
    if provider is not None:
        out = provider.way_out(at_public_address("web.sign_in_page"), now)
    return back_from_provider(out=out) if out else redirect(url_for("web.sign_in_page"))


@doors.get("/welcome")
def welcome() -> str:
    """Ask whoever was invited for the code and a password."""
    return _welcome_form()


@doors.post("/welcome")
@limiter.limit(SIGN_IN, key_func=name_key)
@limiter.limit(LINK, exempt_when=is_known_to_name)
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
    return let_in(account, "")


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


def at_public_address(endpoint: str, **values: Any) -> str:
    """Return the whole address of a page, as it is reached from outside."""
    base = house().public_url or request.url_root.rstrip("/")
    return base + url_for(endpoint, **values)


def back_from_provider(next_page: str = "", **told: str) -> Response:
    """Go to the sign-in form, which says what came of the provider."""
    session[OF_PROVIDER] = told
    where = url_for("web.sign_in_page", provider=1, next=next_page or None)
    return cast(Response, redirect(where))


def _sign_in_form(error: str | None = None, username: str = "") -> str:
    provider, next_page = house().provider, onward()
    with house().store.read() as work:
        several = has_several(work)
    told = session.get(OF_PROVIDER, {}) if "provider" in request.args else {}
    return render_template(
        "web/sign_in.html",
        error=error,
        username=username,
        next=next_page,
        several=several,
        provider=provider and provider.client.name,
        # At the public address, so that the session is that of where the browser comes back to.
        door=at_public_address("single_sign_on.leave", next=next_page or None),
        told=told,
        refusal=sentence(told["code"], told) if "code" in told else None,
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


def let_in(account: Account, next_page: str, how: str = "") -> Response:
    """Sign in whoever gave the right password or came by the provider, or ask for their code first.

    The code is asked for whatever the provider says of its own ways to be sure.
    """
    now = house().clock.now()
    session.pop(OF_PROVIDER, None)
    if account.totp_salt is not None:
        half_way(account, next_page, now, how)
        return cast(Response, redirect(url_for("second_factor.code_page")))
    with house().store.work() as work:
        sign_in(work, account, now, how=how)
    return cast(Response, redirect(next_page or url_for(_place_of(rights_of(account)))))


def _place_of(rights: Collection[Right]) -> str:
    if Right.SPOT_CHECK in rights:
        return "spot_check.page"
    if Right.READ_REPORTS in rights:
        return "manager.page"
    if Right.RUN_FLOOR in rights:
        return "floor.page"
    return "counter.page" if Right.SERVE in rights else "reception.page"


def onward() -> str:
    """Return where to go after signing in: a path of this server, or nothing."""
    wanted = request.values.get("next", "")
    safe = wanted.startswith("/") and wanted.isprintable()
    return wanted if safe and not wanted.startswith(("//", "/\\")) else ""
