"""The manager's pages: today, the devices, and the voice."""

from urllib.parse import urlsplit

from apiflask import APIBlueprint
from flask import (
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office import devices
from office.errors import Invalid
from office.people import DEVICES, Right, Role
from office.place import Office, counters_of, services_of
from office.voice import TEMPLATES, alike, settings_of
from web.house import house
from web.languages import locale
from web.pages import asker, page_for

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
#: Names by which a server is reached from its own machine only.
HERE = ("localhost", "127.0.0.1", "::1")


@pages.get("/manager")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show the day, live."""
    return render_template("manager/today.html", actor=g.actor)


@pages.get("/manager/devices")
@page_for(Right.MANAGE)
def devices_page() -> ResponseReturnValue:
    """List the devices, with the code just made, this once."""
    linked, code = session.pop(LINK, (None, None))
    with house().store.read() as work:
        listed = [
            {
                "id": token.id,
                "name": token.name,
                "role": token.role,
                "waits_for_link": token.link_hash is not None,
            }
            for token in devices.devices_of(work, asker().office_id)
        ]
    address = house().public_url or request.url_root.rstrip("/")
    return render_template(
        "manager/devices.html",
        devices=listed,
        linked=linked,
        linked_name=next((each["name"] for each in listed if each["id"] == linked), ""),
        code=code,
        address=address,
        here_only=urlsplit(address).hostname in HERE,
        actor=g.actor,
    )


@pages.post("/manager/devices")
@page_for(Right.MANAGE)
def add_device() -> ResponseReturnValue:
    """Add a device and show the code that links it, once."""
    home = house()
    role = request.form.get("role", "")
    if role not in DEVICES:
        raise Invalid(fields={"role": "not accepted"})
    with home.store.work() as work:
        token, code = devices.add_device(
            work, asker().office_id, Role(role), request.form.get("name", ""), home.clock.now()
        )
        session[LINK] = (token.id, code)
    return redirect(url_for("manager.devices_page"))


@pages.post("/manager/devices/<int:device_id>/link")
@page_for(Right.MANAGE)
def relink_device(device_id: int) -> ResponseReturnValue:
    """Give a device a new link code."""
    home = house()
    with home.store.work() as work:
        token = devices.device_numbered(work, asker().office_id, device_id)
        session[LINK] = (token.id, devices.make_link(token, home.clock.now()))
    return redirect(url_for("manager.devices_page"))


@pages.post("/manager/devices/<int:device_id>/revoke")
@page_for(Right.MANAGE)
def revoke_device(device_id: int) -> ResponseReturnValue:
    """End a device."""
    home = house()
    with home.store.work() as work:
        token = devices.device_numbered(work, asker().office_id, device_id)
        devices.revoke(token, home.clock.now())
    flash(_("The device has been removed. It stops within seconds."))
    return redirect(url_for("manager.devices_page"))


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
