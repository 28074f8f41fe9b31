"""The managers' page of the slip: its text in each language, and how it comes out on paper."""

import base64
import time
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from kiosk.addresses import logo_on_paper, page_url
from kiosk.printing.addresses import PORT, Address, parse_address
from kiosk.printing.agents import printers_of
from kiosk.printing.escpos_slip import COLUMNS, paper_for
from kiosk.printing.jobs import JobState, PrintJob, is_put_off, queue_slip, try_now
from kiosk.printing.office_printers import (
    LONGEST_PLACE,
    PORTS,
    address_of,
    choose_printer,
    own_printer,
)
from kiosk.printing.picture import slip_png
from kiosk.printing.preview import slip_html
from kiosk.printing.slip import sample_slip
from kiosk.printing.slip_template import LONGEST, check, shipped
from kiosk.printing.slip_texts import slip_text, write_slip_texts
from kiosk.printing.states import states_of
from kiosk.printing.ticket_slip import ticket_slip
from kiosk.shapes import SlipDraft, SlipPreview, SlipTextsShape
from office.errors import LocaleUnknown
from office.people import Right
from office.place import Office, services_of
from web.aside import aside
from web.house import house
from web.languages import LOCALES
from web.languages import locale as asked_locale
from web.pages import asker, form_done, page_for
from web.shapes import problems
from web.turns import Turn, in_reading, in_turn

slips = APIBlueprint("slips", __name__, enable_openapi=False)
api = APIBlueprint("slips_api", __name__, tag="Slip")

#: What each place of the template stands for.
PLACES = {
    "office": _l("the office's name"),
    "number": _l("the queue number"),
    "service": _l("the service"),
    "files": _l("how many files of it"),
    "further": _l("services that follow on the same number, one after the other"),
    "priority": _l("true with priority; the ground is not known"),
    "waiting": _l("true while the visitor waits to be called"),
    "ahead": _l("how many people are ahead"),
    "usual": _l("usual wait in minutes; empty when not known"),
    "most": _l("nine in ten wait less, in minutes"),
    "bring": _l("what to bring, one after the other"),
    "day": _l("the day in words"),
    "time": _l("the time it was taken"),
    "phone": _l("true where a code leads to the phone page"),
}


#: What the codes of a printer's troubles mean.
TROUBLES = {
    "paper_out": _l("no paper"),
    "paper_low": _l("paper nearly used up"),
    "cover_open": _l("cover open"),
    "offline": _l("no answer"),
}
#: Seconds that printers get to print a test, or to say why not, and between two looks at them.
PATIENCE = 6.0
LOOK = 0.1


@slips.get("/manager/slip")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show the texts of the slip beside how they come out."""
    return _page()


def _page(error: str | None = None, status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        locales = _locales(office)
        texts = {each: slip_text(work, office.id, each) for each in locales}
        printers = printers_of(work, office.id, house().printer)
        troubles = states_of(work, printers)
        own = parse_address(own_printer(work, office.id))
    shown = render_template(
        "kiosk/slips.html",
        actor=g.actor,
        texts=texts,
        printers=[
            (printer, troubles.get(printer), TROUBLES.get(troubles.get(printer, "")))
            for printer in sorted(printers)
        ],
        shipped={each: shipped(each) for each in locales},
        places=PLACES,
        longest=LONGEST,
        widths=sorted(COLUMNS, reverse=True),
        error=error,
        host=request.form.get("host", _host(own)),
        width=58 if own and own.paper.columns <= COLUMNS[58] else 80,
        longest_host=LONGEST_PLACE,
        ports=(PORTS[0], PORTS[-1]),
    )
    return shown, status


@slips.post("/manager/slip/printer")
@page_for(Right.MANAGE)
def choose() -> ResponseReturnValue:
    """Print on a printer in the office's own network, or no longer."""
    host, width = request.form.get("host", ""), request.form.get("width", "")
    return form_done(
        lambda work, office, now: choose_printer(
            work, office, asker(), now, address_of(host, width)
        ),
        _("Saved. It holds from now on."),
        _page,
        url_for("slips.page", _anchor="printers"),
    )


def _host(printer: Address | None) -> str:
    """Return how a printer's place in the network is typed."""
    if printer is None:
        return ""
    host = f"[{printer.host}]" if ":" in printer.host else printer.host
    return host if printer.port == PORT else f"{host}:{printer.port}"


@slips.post("/manager/slip/test")
@page_for(Right.MANAGE)
def test() -> ResponseReturnValue:
    """Print a slip that is no ticket on every printer of the office, and tell what came of it."""
    home = house()
    with home.store.work() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        now, language = home.clock.now(), asked_locale()
        slip = sample_slip(office.name(language), now, office.timezone, language)
        queued = []
        for printer in sorted(printers_of(work, office.id, home.printer)):
            try_now(work, office.id, printer, now)
            queued.append(queue_slip(work, office.id, None, printer, slip, now))
        jobs = [each.id for each in queued if each is not None]
    if _printed(jobs, now):
        flash(
            _(
                "Printed. Is the slip empty, the roll lies the wrong way round: its coated side "
                "faces the head."
            )
        )
    else:
        flash(
            _(
                "Not printed yet. See that the printer is on, paper and cable are in and its "
                "address right, then test again; the slip comes by itself as soon as it answers."
            ),
            "warn",
        )
    return redirect(url_for("slips.page"))


@api.get("/slip")
@api.output(SlipTextsShape)
@api.doc(responses=problems(401, 403))
def texts() -> Response:
    """Tell what stands on the slip, in each language of the office."""
    return in_reading(Right.MANAGE, _texts)


@api.post("/slip")
@api.input(SlipTextsShape)
@api.output(SlipTextsShape)
@api.doc(responses=problems(400, 401, 403, 404, 409, 413, 422))
def write(json_data: SlipTextsShape) -> Response:
    """Print tickets so from the next one on; a text that makes no slip changes nothing."""

    def act(turn: Turn) -> dict[str, Any]:
        for locale in json_data.texts:
            _offered(turn.office, locale)
        write_slip_texts(turn.work, turn.office, turn.actor, turn.now, json_data.texts)
        turn.work.session.flush()
        return _texts(turn)

    return in_turn(Right.MANAGE, act)


@api.post("/slip/preview")
@api.input(SlipDraft)
@api.output(SlipPreview)
@api.doc(responses=problems(400, 401, 403, 404, 413, 422))
def preview(json_data: SlipDraft) -> Response:
    """Show how a text comes out, on paper of a width, for a visitor with priority."""
    draft = json_data

    def look(turn: Turn) -> dict[str, Any]:
        locale = _offered(turn.office, draft.locale)
        text = draft.text if draft.text.strip() else shipped(locale)
        aside(check, text)
        slip = ticket_slip(**_visitor(turn, locale), template=text)
        png = aside(slip_png, slip, paper_for(width=draft.width))
        return {
            "png": "data:image/png;base64," + base64.b64encode(png).decode(),
            "html": _framed(slip_html(slip), locale),
        }

    return in_reading(Right.MANAGE, look)


def _printed(jobs: list[int], since: datetime) -> bool:
    """Wait until all is printed, or a printer puts off what waits for it; say whether all is."""
    end = time.monotonic() + PATIENCE
    while True:
        with house().store.read() as work:
            rows = [work.session.get_one(PrintJob, each) for each in jobs]
            done = [each.state == JobState.PRINTED for each in rows]
            stopped = any(is_put_off(work, each.printer, since) for each in rows)
        if all(done) or stopped or time.monotonic() > end:
            return bool(done) and all(done)
        time.sleep(LOOK)


def _visitor(turn: Turn, locale: str) -> dict[str, Any]:
    """Return what a slip says of somebody who takes a number for the first service now."""
    service = next(iter(services_of(turn.work, turn.office.id)), None)
    return {
        "office": turn.office.name(locale),
        "label": f"{service.letter if service else 'A'}012",
        "service": service.name(locale) if service else "",
        "ahead_count": 14,
        "taken_at": turn.now,
        "timezone": turn.office.timezone,
        "locale": locale,
        "priority": True,
        "median_s": 25 * 60,
        "p90_s": 50 * 60,
        "bring": tuple(service.requirements.get(locale, ())) if service else (),
        "url": page_url("x" * 22),
        "code": "K7PM",
        "rehearsal": turn.office.rehearsal,
        "logo": logo_on_paper(turn.work, turn.office.id),
    }


def _framed(slip: str, locale: str) -> str:
    """Return a document of its own around a slip."""
    styles = url_for("kiosk.static", filename="slip.css")
    return (
        f'<!doctype html><html lang="{locale}"><meta charset="utf-8"><title>Slip</title>'
        f'<link rel="stylesheet" href="{styles}"><body><main>{slip}</main></body></html>'
    )


def _texts(turn: Turn) -> dict[str, Any]:
    return {
        "texts": {
            each: slip_text(turn.work, turn.office.id, each) for each in _locales(turn.office)
        }
    }


def _locales(office: Office) -> list[str]:
    return [each for each in LOCALES if each in office.locales]


def _offered(office: Office, locale: str) -> str:
    if locale not in _locales(office):
        raise LocaleUnknown(locale=locale)
    return locale
