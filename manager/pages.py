"""The manager's pages: today, the devices, and the voice."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import g, make_response, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from manager.figures_words import lacking
from office import data_requests, devices
from office.errors import Invalid
from office.people import DEVICES, Right, Role
from office.place import Office, counters_of, services_of
from office.voice import TEMPLATES, alike, settings_of
from storage.work import Work
from web.house import house
from web.languages import locale
from web.pages import Act, asker, form_done, page_for

pages = APIBlueprint(
    "manager",
    __name__,
    template_folder="templates",
    static_folder="static/manager",
    static_url_path="/static/manager",
    enable_openapi=False,
)

#: Where the session keeps a link code until it has been shown.
LINK = "device_link"
#: How long a device counts as there since it was last seen, which is noted every minute or two.
GONE = timedelta(minutes=4)
#: Names by which a server is reached from its own machine only.
HERE = ("localhost", "127.0.0.1", "::1")


@pages.get("/manager")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show the day, live, and what waits for an answer to those whose data are kept."""
    home = house()
    with home.store.read() as work:
        opened, overdue = data_requests.waiting(work, asker().office_id, home.clock.now())
    return render_template(
        "manager/today.html",
        actor=g.actor,
        data_requests=opened,
        overdue=overdue,
        lacking=lacking(),
    )


@pages.get("/manager/devices")
@page_for(Right.MANAGE)
def devices_page() -> ResponseReturnValue:
    """List the devices, with the code just made, this once."""
    return _devices_page()


@pages.post("/manager/devices")
@page_for(Right.MANAGE)
def add_device() -> ResponseReturnValue:
    """Add a device and show the code that links it, once."""
    form = request.form

    def act(work: Work, office: Office, now: datetime) -> tuple[int, str]:
        role = form.get("role", "")
        if role not in DEVICES:
            raise Invalid(fields={"role": "not accepted"})
        name = form.get("name", "")
        token, code = devices.add_device(work, office.id, Role(role), name, now)
        devices.rename(token, name, form.get("place", ""))
        devices.tell(work, office, asker(), now, token, "added")
        return token.id, code

    return _devices_done(act, _("Added."))


@pages.post("/manager/devices/<int:device_id>")
@page_for(Right.MANAGE)
def rename_device(device_id: int) -> ResponseReturnValue:
    """Give a device another name and place."""

    def act(work: Work, office: Office, now: datetime) -> None:
        token = devices.device_numbered(work, office.id, device_id)
        devices.rename(token, request.form.get("name", ""), request.form.get("place", ""))
        devices.tell(work, office, asker(), now, token, "renamed")

    return _devices_done(act, _("Saved."))


@pages.post("/manager/devices/<int:device_id>/link")
@page_for(Right.MANAGE)
def relink_device(device_id: int) -> ResponseReturnValue:
    """Give a device a new link code; what is linked by now goes on."""

    def act(work: Work, office: Office, now: datetime) -> tuple[int, str]:
        token = devices.device_numbered(work, office.id, device_id)
        devices.tell(work, office, asker(), now, token, "code_made")
        return token.id, devices.make_link(token, now)

    return _devices_done(act, _("Here is the new code."))


@pages.post("/manager/devices/<int:device_id>/key")
@page_for(Right.MANAGE)
def replace_key(device_id: int) -> ResponseReturnValue:
    """Let whatever is linked as this device stop, and show a code to link it anew."""

    def act(work: Work, office: Office, now: datetime) -> tuple[int, str]:
        token = devices.device_numbered(work, office.id, device_id)
        devices.tell(work, office, asker(), now, token, "key_replaced")
        return token.id, devices.replace_key(token, now)

    return _devices_done(act, _("The old key is void. The device stops within seconds."))


@pages.post("/manager/devices/<int:device_id>/revoke")
@page_for(Right.MANAGE)
def revoke_device(device_id: int) -> ResponseReturnValue:
    """End a device."""

    def act(work: Work, office: Office, now: datetime) -> None:
        token = devices.device_numbered(work, office.id, device_id)
        devices.revoke(token, now)
        devices.tell(work, office, asker(), now, token, "removed")

    return _devices_done(act, _("The device has been removed. It stops within seconds."))


def _devices_page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    linked, code = session.pop(LINK, (None, None))
    now = house().clock.now()
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        zone = ZoneInfo(office.timezone)
        listed = [
            {
                "id": token.id,
                "name": token.name,
                "place": token.place,
                "role": token.role,
                "waits_for_link": token.link_until is not None and token.link_until > now,
                "seen_at": token.seen_at and token.seen_at.astimezone(zone),
                "here": token.seen_at is not None and now - token.seen_at < GONE,
            }
            for token in devices.devices_of(work, office.id)
        ]
    address = house().public_url or request.url_root.rstrip("/")
    shown = render_template(
        "manager/devices.html",
        devices=listed,
        linked=linked,
        linked_name=next((each["name"] for each in listed if each["id"] == linked), ""),
        code=code,
        address=address,
        here_only=urlsplit(address).hostname in HERE,
        actor=g.actor,
        error=error,
        typed=request.form if error else {},
    )
    return shown, status


def _devices_done(act: Act, said: str) -> ResponseReturnValue:
    return form_done(act, said, _devices_page, url_for("manager.devices_page"), _keep_code)


def _keep_code(done: tuple[int, str] | None) -> None:
    if done is not None:
        session[LINK] = done


@pages.get("/manager/voice")
@page_for(Right.MANAGE)
def voice_page() -> ResponseReturnValue:
    """Let the manager choose how the waiting room speaks."""
    with house().store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        services = services_of(work, office.id)
        counters = counters_of(work, office.id)
        told = settings_of(work, office.id).told()
    return render_template(
        "manager/voice.html",
        settings=told,
        counters=[{"number": each.number, "name": each.name(locale())} for each in counters],
        locales=[each for each in TEMPLATES if each == "id" or each in office.locales],
        usual=TEMPLATES,
        example=f"{services[0].letter if services else 'A'}012",
        alike=[
            [
                {"letter": each.letter, "name": each.name(locale())}
                for each in services
                if set(each.letter) & set(group)
            ]
            for group in alike(each.letter for each in services)
        ],
        actor=g.actor,
    )


@pages.get("/manager/voice/recordings")
@page_for(Right.MANAGE)
def recordings_page() -> ResponseReturnValue:
    """Let the manager record the office's own voice; this page alone may ask for a microphone."""
    page = make_response(render_template("manager/recordings.html", actor=g.actor))
    page.headers["Permissions-Policy"] = "geolocation=(), camera=(), microphone=(self)"
    return page
