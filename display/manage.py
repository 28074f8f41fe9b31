"""The managers' page of screens: who hangs where and how it does; zones; what else they show."""

from typing import Any

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from display.build import build
from display.live import NAMESPACE, room_of_screen
from office import devices
from office.errors import OfficeError
from office.pairing import claim
from office.people import Right
from office.place import Office, counters_of
from office.public import is_public, publish
from office.running_text import LONGEST, write_running_text
from office.screens import (
    Layout,
    Listed,
    Place,
    Sound,
    arrange_screen,
    remove_zone,
    screen_numbered,
    screens_of,
)
from office.zones import Arrow, add_zone, change_zone, counters_by_zone, zones_of
from storage.work import Work
from web.access import naming
from web.errors import status_of
from web.forms import whole
from web.house import house
from web.languages import LOCALES
from web.pages import Act, asker, form_done, page_for
from web.refusals import sentence

manage = APIBlueprint("screens", __name__, enable_openapi=False)

LAYOUTS = {
    Layout.STANDARD: _l("Standard: everything"),
    Layout.BIG: _l("Big: one call, to be read from far away"),
    Layout.LIST: _l("List: calls by counter"),
    Layout.SIGN: _l("Sign over a counter"),
    Layout.LINE: _l("One line, for small or old panels"),
}
ARROWS = {
    Arrow.LEFT: _l("to the left"),
    Arrow.RIGHT: _l("to the right"),
    Arrow.AHEAD: _l("straight ahead"),
    Arrow.UP: _l("upstairs"),
    Arrow.DOWN: _l("downstairs"),
}
#: What each state of the sound is called, and the badge it gets.
SOUNDS = {
    Sound.UNKNOWN: (_l("sound not known"), "", "sound-off"),
    Sound.READY: (_l("sound on"), "badge-good", "sound-on"),
    Sound.REFUSED: (_l("sound off: touch the screen"), "badge-bad", "sound-off"),
    Sound.NO_DEVICE: (_l("no loudspeaker"), "badge-bad", "sound-off"),
    Sound.NO_VOICE: (_l("chime only, no voice"), "badge-warn", "bell"),
    Sound.NONE: (_l("silent"), "", "sound-off"),
}
#: Seconds after which a screen that said nothing counts as gone; it reports every 30.
GONE = 75


@manage.get("/manager/screens")
@page_for(Right.MANAGE)
def page(error: str = "", status: int = 200) -> ResponseReturnValue:
    """List the screens and the zones."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        screens = [_shown(each, office, now) for each in screens_of(work, office.id)]
        numbers = counters_by_zone(work, office.id)
        zones = [
            {"id": each.id, "names": each.names, "arrow": each.arrow, "counters": numbers[each.id]}
            for each in zones_of(work, office.id)
        ]
        counters = counters_of(work, office.id)
        public = is_public(work, office.id)
        running_text = office.running_text
        asked = naming(work, office)
    return render_template(
        "display/screens.html",
        actor=g.actor,
        screens=screens,
        zones=zones,
        counters=counters,
        public=public,
        running_text=running_text,
        asked=asked,
        longest_text=LONGEST,
        layouts=LAYOUTS,
        arrows=ARROWS,
        locales=LOCALES,
        error=error,
        address=home.public_url or request.url_root.rstrip("/"),
    ), status


@manage.post("/manager/screens")
@page_for(Right.MANAGE)
def pair() -> ResponseReturnValue:
    """Make the browser that shows the code a screen, and hang it."""

    def act(work: Work, office: Office, now: Any) -> None:
        name = request.form.get("name", "")
        token = claim(work, office.id, request.form.get("code", ""), name, now)
        devices.tell(work, office, asker(), now, token, "added")
        arrange_screen(work, office, asker(), now, token.id, name, _place())

    return _done(act, _("The screen has been added. It shows the board within seconds."))


@manage.post("/manager/screens/<int:screen>")
@page_for(Right.MANAGE)
def arrange(screen: int) -> ResponseReturnValue:
    """Name a screen and hang it elsewhere."""
    return _done(
        lambda work, office, now: arrange_screen(
            work, office, asker(), now, screen, request.form.get("name", ""), _place()
        ),
        _("Saved. The screen follows at once."),
    )


@manage.post("/manager/screens/<int:screen>/<any(identify, reload):wish>")
@page_for(Right.MANAGE)
def tell(screen: int, wish: str) -> ResponseReturnValue:
    """Let a screen show its name for some seconds, or load its page anew."""
    home = house()
    try:
        with home.store.read() as work:
            name = screen_numbered(work, asker().office_id, screen).name
    except OfficeError as refused:
        return _refused(refused)
    home.socketio.emit(wish, {"name": name}, namespace=NAMESPACE, to=room_of_screen(screen))
    if wish == "identify":
        flash(_("%(name)s shows its name for ten seconds.", name=name))
    else:
        flash(_("%(name)s loads its page anew.", name=name))
    return redirect(url_for("screens.page"))


@manage.post("/manager/screens/<int:screen>/revoke")
@page_for(Right.MANAGE)
def revoke(screen: int) -> ResponseReturnValue:
    """End a screen."""

    def act(work: Work, office: Office, now: Any) -> None:
        token = screen_numbered(work, office.id, screen)
        devices.revoke(token, now)
        devices.tell(work, office, asker(), now, token, "removed")

    return _done(
        act,
        _("The screen has been removed. It stops within seconds."),
    )


@manage.post("/manager/screens/public")
@page_for(Right.MANAGE)
def show_everybody() -> ResponseReturnValue:
    """Show the board to everybody, or no more."""
    wanted = bool(request.form.get("public"))
    return _done(
        lambda work, office, now: publish(work, office, asker(), now, public=wanted),
        _("The board is public now.") if wanted else _("The board is not public any more."),
    )


@manage.post("/manager/screens/text")
@page_for(Right.MANAGE)
def write_text() -> ResponseReturnValue:
    """Change the running text."""
    texts = {each: request.form.get(f"text_{each}", "") for each in LOCALES}
    return _done(
        lambda work, office, now: write_running_text(work, office, asker(), now, texts),
        _("Saved. The screens follow at once."),
    )


@manage.post("/manager/zones")
@page_for(Right.MANAGE)
def new_zone() -> ResponseReturnValue:
    """Add a zone."""
    return _done(
        lambda work, office, now: add_zone(work, office, asker(), now, *_zone()), _("Saved.")
    )


@manage.post("/manager/zones/<int:zone>")
@page_for(Right.MANAGE)
def edit_zone(zone: int) -> ResponseReturnValue:
    """Change a zone."""
    return _done(
        lambda work, office, now: change_zone(work, office, asker(), now, zone, *_zone()),
        _("Saved. The screens follow at once."),
    )


@manage.post("/manager/zones/<int:zone>/remove")
@page_for(Right.MANAGE)
def drop_zone(zone: int) -> ResponseReturnValue:
    """Remove a zone; its screens show the whole office."""
    return _done(
        lambda work, office, now: remove_zone(work, office, asker(), now, zone),
        _("Removed. Its screens show the whole office now."),
    )


def _done(act: Act, said: str) -> ResponseReturnValue:
    return form_done(act, said, page, url_for("screens.page"))


def _refused(refused: OfficeError) -> ResponseReturnValue:
    return page(sentence(refused.code, refused.facts), status_of(refused))


def _shown(each: Listed, office: Office, now: Any) -> dict[str, Any]:
    """Return what the page shows of a screen."""
    silent = None if each.seen_at is None else (now - each.seen_at).total_seconds()
    words, badge, sign = SOUNDS[each.sound]
    return {
        "id": each.token.id,
        "name": each.token.name,
        "place": each.place,
        "linked": each.seen_at is not None or each.token.link_hash is None,
        "seen_at": each.seen_at,
        "here": silent is not None and silent < GONE,
        "minutes": None if silent is None else int(silent // 60),
        "seconds": None if silent is None else int(silent),
        "version": each.version,
        "newest": office.version,
        "old": each.build is not None and each.build != build(),
        "sound": {"words": words, "badge": badge, "sign": sign},
    }


def _place() -> Place:
    form = request.form
    zone, counter, layout = (form.get(each, "") for each in ("zone", "counter", "layout"))
    return Place(
        whole(zone),
        Layout(layout) if layout in set(Layout) else Layout.STANDARD,
        whole(counter),
    )


def _zone() -> tuple[dict[str, str], Arrow | None, list[int]]:
    arrow = request.form.get("arrow", "")
    return (
        {each: request.form.get(f"name_{each}", "") for each in LOCALES},
        Arrow(arrow) if arrow in set(Arrow) else None,
        [found for each in request.form.getlist("counters") if (found := whole(each)) is not None],
    )
