"""Setting an office up in the browser: an empty installation's first page, then a list of steps.

The steps are the pages of the settings themselves, walked through in order; whoever leaves goes on
from the list, which tells from the office itself what is done.
"""

from typing import Any

from apiflask import APIBlueprint
from flask import (
    Flask,
    Response,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from manager.first_code import check_code, spend_code
from office.errors import OfficeError, all_at_once
from office.passwords import SHORTEST, PasswordsDiffer, hash_password
from office.people import Actor, Right
from office.place import Office
from office.premises import LONGEST_NAME, TIMEZONES
from office.setting_up import LOCALES, Stage, begin_office, check_first, has_office, left_to_do
from storage.work import Work
from web.access import sign_in
from web.aside import aside
from web.forms import by_script
from web.house import House, house
from web.limits import LINK, limiter
from web.navigation import WALKING
from web.pages import asker, page_for
from web.refusals import by_field, sentence

pages = APIBlueprint("setting_up", __name__, enable_openapi=False)

#: The page of each stage, what it is called, and what is to be done there.
STAGES: dict[Stage, tuple[str, Any, Any]] = {
    Stage.HOURS: ("timetable.page", _l("Hours"), _l("When numbers are given out; the holidays.")),
    Stage.SERVICES: (
        "services.page",
        _l("Services"),
        _l("Choose ready ones, or add your own."),
    ),
    Stage.COUNTERS: (
        "premises.page",
        _l("Counters"),
        _l("How many there are; each service needs one that serves it."),
    ),
    Stage.PEOPLE: (
        "people.page",
        _l("People"),
        _l("Whoever works here gets a code and chooses a password."),
    ),
    Stage.PRINTER: (
        "slips.page",
        _l("Printer"),
        _l("If there is one: connect it and print a test."),
    ),
    Stage.KIOSK: (
        "manager.devices_page",
        _l("Kiosk"),
        _l("Add it and type its code on it. A tablet does, too."),
    ),
    Stage.SCREEN: (
        "screens.page",
        _l("Waiting room screen"),
        _l("Open /display on it and type the code it shows."),
    ),
}
OPENING = (
    "opening.page",
    _l("Open the office"),
    _l("Rehearse with colleagues; open on the day itself. Nothing of the rehearsal counts then."),
)


def init_app(app: Flask, home: House) -> None:
    """Add the pages; lead every page of an installation without an office to the first of them."""
    app.register_blueprint(pages)
    home.set_up_walk += [(endpoint, title) for endpoint, title, _hint in STAGES.values()]
    known = {"office": False}

    @app.before_request
    def lead() -> ResponseReturnValue | None:
        if known["office"] or request.method != "GET" or request.endpoint == "setting_up.first":
            return None
        if request.path.startswith(("/api/", "/static/")) or request.endpoint in WITHOUT:
            return None
        with home.store.read() as work:
            known["office"] = has_office(work)
        return None if known["office"] else redirect(url_for("setting_up.first"))


#: What answers without an office, too.
WITHOUT = {"web.health", "readiness.ready"}


@pages.get("/setup")
def first() -> ResponseReturnValue:
    """Ask for the set-up code, the office and its first administrator."""
    with house().store.read() as work:
        if has_office(work):
            return redirect(url_for("web.home"))
    return _first()


@pages.post("/setup")
@limiter.limit(LINK)
def begin() -> ResponseReturnValue:
    """Make the office and its administrator, sign them in, and go on to the steps."""
    home, form = house(), request.form
    names = {each: form.get(f"name-{each}", "") for each in LOCALES}
    timezone, username, name = (form.get(each, "") for each in ("timezone", "username", "name"))
    code, password = form.get("code", ""), form.get("password", "")
    now = home.clock.now()
    try:
        with all_at_once() as check:
            with check():
                check_code(home.folder, code)
            with check():
                check_first(names, timezone, username, name)
            with check():
                if password != form.get("again", ""):
                    raise PasswordsDiffer(fields={"again": "not the same"})
            with check():
                chosen = aside(hash_password, password, username, name, *names.values())
        with home.store.work() as work:
            account = begin_office(work, names, timezone, username, name, chosen, now)
            sign_in(work, account, now)
            spend_code(home.folder, code)
    except OfficeError as refused:
        session.pop("account", None)
        if by_script():
            raise
        said = by_field(refused.code, refused.facts)
        return _first(sentence(refused.code, refused.facts), next(iter(said), ""), 422)
    session[WALKING] = True
    return redirect(url_for("setting_up.page"))


@pages.get("/manager/setup")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """List the steps with what is left to do; from here each page leads on to the next."""
    session[WALKING] = True
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        left, has_printer = left_of(work, office), prints(work, office)
    steps = [
        {
            "title": title,
            "hint": hint,
            "address": url_for(endpoint),
            "done": stage not in left,
            "without": stage is Stage.PRINTER and not has_printer,
        }
        for stage, (endpoint, title, hint) in {**STAGES, Stage.OPENING: OPENING}.items()
    ]
    return render_template("manager/setting_up.html", actor=g.actor, steps=steps)


@pages.post("/manager/setup/leave")
@page_for(Right.MANAGE)
def leave() -> ResponseReturnValue:
    """Show the way through the steps no more, and go to the floor, which tells what is left."""
    session.pop(WALKING, None)
    return redirect(url_for("floor.page"))


def left_of(work: Work, office: Office) -> set[Stage]:
    """Return what is left to do before the office opens; a printer need not be, but has to work."""
    left = left_to_do(work, office)
    facts: dict[str, Any] = {}
    for fact in house().day_facts:
        facts |= fact(work, office)
    printer = facts.get("printer", {})
    if printer.get("trouble"):
        left.add(Stage.PRINTER)
    return left


def prints(work: Work, office: Office) -> bool:
    """Say whether the office has a printer."""
    return any(fact(work, office).get("printer", {}).get("prints") for fact in house().day_facts)


def still_to_do(actor: Actor) -> dict[Stage, Any]:
    """Return the steps left, with their names, for whoever sets up an office that rehearses."""
    if not actor.may(Right.MANAGE):
        return {}
    with house().store.read() as work:
        office = work.session.get_one(Office, actor.office_id)
        if not office.rehearsal:
            return {}
        left = left_of(work, office)
    return {
        stage: title
        for stage, (_page, title, _hint) in {**STAGES, Stage.OPENING: OPENING}.items()
        if stage in left
    }


def _first(error: str | None = None, field: str = "", status: int = 200) -> Response:
    shown = render_template(
        "manager/first.html",
        error=error,
        field=field,
        typed=request.form,
        locales=LOCALES,
        zones=TIMEZONES,
        longest=LONGEST_NAME,
        shortest=SHORTEST,
    )
    return make_response(shown, status)
