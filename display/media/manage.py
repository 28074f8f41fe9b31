"""The managers' page of what the waiting room shows between calls, and of the office's logo."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

from apiflask import APIBlueprint
from flask import (
    Response,
    current_app,
    g,
    jsonify,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office.logo import choose_logo, logo_files
from office.media import (
    LONGEST,
    LONGEST_TEXT,
    LONGEST_TITLE,
    SHORTEST,
    WEEK,
    MediumKind,
    Schedule,
    ScheduleWrong,
    Wish,
    add_medium,
    caption_medium,
    change_medium,
    media_files,
    media_of,
    move_medium,
    remove_medium,
    space_used,
)
from office.people import Right
from office.place import Office
from office.shelf import Stored
from office.turn import take_turn
from office.zones import zones_of
from web.access import asking
from web.aside import aside
from web.forms import whole
from web.house import house
from web.languages import LOCALES, weekdays
from web.pages import Act, asker, form_done, page_for
from web.requests import takes_uploads
from web.shelf import logo_address, shelf

media = APIBlueprint("media", __name__, enable_openapi=False)

#: The fields of a schedule, from and to.
DAYS = ("first_day", "last_day")
HOURS = ("begins", "ends")
KINDS = {
    MediumKind.PICTURE: _l("Picture"),
    MediumKind.VIDEO: _l("Video"),
    MediumKind.NOTICE: _l("Notice"),
}


@media.get("/manager/media")
@page_for(Right.MANAGE)
def page(error: str = "", status: int = 200) -> ResponseReturnValue:
    """List the media in their order, with the space they take, and the logo."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, asker().office_id)
        today = office.today(home.clock.now())
        listed = [
            {"row": each, "today": each.active and each.schedule.covers(today)}
            for each in media_of(work, office.id)
        ]
        return render_template(
            "display/media.html",
            actor=g.actor,
            media=listed,
            zones=zones_of(work, office.id),
            logo=logo_address(work, office.id),
            used=space_used(work, office.id),
            room=home.media_room,
            free=shelf().free(),
            largest=_largest(),
            kinds=KINDS,
            weekdays=weekdays(),
            locales=LOCALES,
            limits={
                "shortest": SHORTEST,
                "longest": LONGEST,
                "title": LONGEST_TITLE,
                "text": LONGEST_TEXT,
            },
            error=error,
        ), status


@media.post("/manager/media/files")
@takes_uploads
def upload() -> Response:
    """Add the picture or video in the request's body; `name` says what it is called at first."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, Right.MANAGE)
        room = home.media_room - space_used(work, actor.office_id)
    stored = _received(room, shelf().settle)
    title = title_of(request.args.get("name", ""))
    wish = Wish(titles={"id": title} if title else {}, texts={})
    with home.store.work() as work:
        office = take_turn(work, actor.office_id, now)
        number = add_medium(work, office, actor, now, wish, stored).id
    return jsonify({"id": number, "kind": stored.kind})


@media.post("/manager/media/logo")
@takes_uploads
def upload_logo() -> Response:
    """Make the picture in the request's body the office's logo."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, Right.MANAGE)
    stored = _received(_largest(), shelf().settle_logo)
    with home.store.work() as work:
        office = take_turn(work, actor.office_id, now)
        former = choose_logo(work, office, actor, now, stored.name)
    _clear(former)
    return jsonify({"file": stored.name})


@media.post("/manager/media/logo/remove")
@page_for(Right.MANAGE)
def remove_logo() -> ResponseReturnValue:
    """Leave the office without a logo."""
    return _done(
        lambda work, office, now: choose_logo(work, office, asker(), now, None),
        _("The logo has been removed."),
    )


@media.post("/manager/media/notices")
@page_for(Right.MANAGE)
def add_notice() -> ResponseReturnValue:
    """Add a notice."""
    return _done(
        lambda work, office, now: add_medium(work, office, asker(), now, _wish()),
        _("The notice has been added. The screens show it between calls."),
    )


@media.post("/manager/media/<int:number>")
@page_for(Right.MANAGE)
def change(number: int) -> ResponseReturnValue:
    """Change when and where a medium is shown, and its words."""
    return _done(
        lambda work, office, now: change_medium(work, office, asker(), now, number, _wish()),
        _("Saved. The screens follow at once."),
    )


@media.post("/manager/media/<int:number>/<any(earlier, later):way>")
@page_for(Right.MANAGE)
def move(number: int, way: str) -> ResponseReturnValue:
    """Show a medium earlier or later."""
    return _done(
        lambda work, office, now: move_medium(
            work, office, asker(), now, number, later=way == "later"
        ),
        _("Saved. The screens follow at once."),
    )


@media.post("/manager/media/<int:number>/captions")
@takes_uploads
def add_captions(number: int) -> Response:
    """Keep the WebVTT file in the request's body as a video's captions."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, Right.MANAGE)
    sent = request.get_data(cache=False)
    with home.store.work() as work:
        office = take_turn(work, actor.office_id, now)
        caption_medium(work, office, actor, now, number, sent)
    return jsonify({"id": number})


@media.post("/manager/media/<int:number>/remove")
@page_for(Right.MANAGE)
def remove(number: int) -> ResponseReturnValue:
    """Remove a medium and its file."""
    return _done(
        lambda work, office, now: remove_medium(work, office, asker(), now, number),
        _("Removed. The screens show it no more."),
    )


def title_of(name: str) -> str:
    """Return what a file is called at first: its name without folders, type and odd signs."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = last.rpartition(".")[0] or last
    plain = "".join(each if each.isprintable() else " " for each in stem.replace("_", " "))
    return " ".join(plain.split())[:LONGEST_TITLE]


def _received(room: int, settle: Callable[[Path], Stored]) -> Stored:
    """Take the request's body, outside the office's turn, and put it on the shelf by `settle`."""
    taken = shelf().receive(request.stream.read, request.content_length, _largest(), room)
    with taken as part:
        return aside(settle, part)


def _largest() -> int:
    return int(current_app.config["UPLOAD_LENGTH"])


def _done(act: Act, said: str) -> ResponseReturnValue:
    def clear(done: Any) -> None:
        _clear(done if isinstance(done, str) else None)

    return form_done(act, said, page, url_for("media.page"), clear)


def _clear(dropped: str | None) -> None:
    """Delete the files that no row names any more, the one just `dropped` at once."""
    with house().store.read() as work:
        named = {*media_files(work), *logo_files(work)}
    place = shelf()
    if dropped and dropped not in named:
        place.drop(dropped)
    place.sweep(named)


def _wish() -> Wish:
    form = request.form
    return Wish(
        titles={each: form.get(f"title_{each}", "") for each in LOCALES},
        texts={each: form.get(f"text_{each}", "") for each in LOCALES},
        zone_id=whole(form.get("zone")),
        seconds=whole(form.get("seconds")) or 0,
        active=bool(form.get("active")),
        schedule=_schedule(),
    )


def _schedule() -> Schedule:
    """Return the schedule that was asked for. Raises ScheduleWrong for what is no day or hour."""
    form = request.form
    try:
        days = [date.fromisoformat(each) if (each := form.get(name)) else None for name in DAYS]
        hours = [time.fromisoformat(each) if (each := form.get(name)) else None for name in HOURS]
    except ValueError as error:
        raise ScheduleWrong() from error
    weekdays = tuple(each for each in WEEK if str(each) in form.getlist("weekdays"))
    return Schedule(days[0], days[1], hours[0], hours[1], weekdays)
