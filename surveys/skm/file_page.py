"""Where a manager takes over answers from a CSV or XLSX file, having seen first what it brings."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from office.errors import Invalid, OfficeError
from office.people import Right
from office.place import Office, services_of
from office.turn import take_turn
from storage.work import Work
from surveys.skm import uploads
from surveys.skm.elements import BY_KEY, ELEMENTS
from surveys.skm.index import LeftOut, Reason
from surveys.skm.reading import Remark, Remarked
from surveys.skm.respondents import TRAITS
from web.aside import aside
from web.errors import status_of
from web.forms import whole
from web.house import house
from web.languages import locale
from web.pages import day_of, form_done, page_for
from web.refusals import sentence
from web.requests import takes_uploads

pages = APIBlueprint("skm_file", __name__, enable_openapi=False)

#: Most rows that are told of one by one.
TOLD = 200
#: Why a file is refused.
WHY = {
    "counts_only": _l(
        "The file counts answers per element. From counts no single forms can be made; compute its"
        " index with “antrean skm”."
    ),
    "elements_missing": _l(
        "No heading in the file names the elements: they are known by name (Persyaratan, Prosedur,"
        " ...) or as U1 to U9."
    ),
    "file_empty": _l("The file is empty."),
    "file_old_excel": _l(
        "This is an old or a locked Excel file. Save it as .xlsx without a password, or as CSV."
    ),
    "file_web_page": _l(
        "This is a web page, whatever its name says. Open it in a spreadsheet and save it as .xlsx."
    ),
    "file_not_table": _l("This is neither CSV nor an XLSX workbook that can be opened."),
    "file_too_large": _l("The file is too large: at most 5 MB."),
    "quote_open": _l("A quotation mark in the file is opened and never ends."),
    "other_survey": _l(
        "The file has more than nine elements, so it is not of PermenPANRB 14/2017: the fourteen of"
        " KepmenPAN 25/2004 have bands of their own."
    ),
}


@pages.get("/manager/survey/file")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Ask for a file."""
    return _shown()


@pages.post("/manager/survey/file")
@takes_uploads
@page_for(Right.MANAGE)
def sent() -> ResponseReturnValue:
    """Look at a file and show what taking it over would bring."""
    home = house()
    now = home.clock.now()
    file = request.files.get("file")
    try:
        if file is None or not file.filename:
            raise Invalid(fields={"file": "missing"})
        content = file.read(uploads.LARGEST_FILE + 1)
        aside(uploads.looked_at, content)
        with home.store.work() as work:
            upload = uploads.put(
                work,
                take_turn(work, g.actor.office_id, now),
                g.actor,
                now,
                file.filename,
                content,
                whole(request.form.get("service")),
                day_of(request.form, "day"),
            )
    except OfficeError as refused:
        return _shown(_told(refused), status_of(refused))
    return redirect(url_for("skm_file.look", digest=upload.digest))


@pages.get("/manager/survey/file/<digest>")
@page_for(Right.MANAGE)
def look(digest: str) -> ResponseReturnValue:
    """Show row by row what a file brings, and what is wrong with the rest."""
    return _looked(digest)


@pages.post("/manager/survey/file/<digest>")
@page_for(Right.MANAGE)
def take_over(digest: str) -> ResponseReturnValue:
    """Keep the forms of a file."""

    def act(work: Work, office: Office, now: datetime) -> tuple[int, int]:
        upload = uploads.upload_with(work, office.id, digest)
        return uploads.take_over(work, office, g.actor, now, upload)

    return form_done(
        act,
        _("The answers are taken over."),
        lambda said, status: _shown(said, status),
        url_for("skm_file.page"),
        lambda done: flash(
            _(
                "%(filled)s forms are filled, %(lacking)s lack an answer and are in no index.",
                filled=done[0],
                lacking=done[1],
            )
        ),
    )


def _looked(digest: str) -> ResponseReturnValue:
    with house().store.read() as work:
        upload = uploads.upload_with(work, g.actor.office_id, digest)
        names = {each.id: each.name(locale()) for each in services_of(work, g.actor.office_id)}
    found = aside(uploads.looked_at, upload.content or b"")
    return render_template(
        "surveys/skm_look.html",
        actor=g.actor,
        upload=upload,
        service=names.get(upload.service_id or 0),
        found=found,
        left_out=[(each.row, reason(each)) for each in found.left_out[:TOLD]],
        more=max(0, len(found.left_out) - TOLD),
        remarks=[remark(each) for each in found.remarks],
        traits=TRAITS,
    )


def _shown(refused: str = "", status: int = 200) -> ResponseReturnValue:
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        services = services_of(work, office.id)
        kept = uploads.kept_of(work, office.id)
        today = office.today(home.clock.now())
    return render_template(
        "surveys/skm_file.html",
        actor=g.actor,
        services=[(each.id, f"{each.letter} · {each.name(locale())}") for each in services],
        kept=kept,
        today=today,
        sent=request.form.to_dict(),
        refused=refused,
    ), status


def _told(refused: OfficeError) -> str:
    why = WHY.get(str(refused.facts.get("reason")))
    return str(why) if why else sentence(refused.code, refused.facts)


def reason(left_out: LeftOut) -> str:
    """Say in the page's language why a row is no filled form."""
    names = [BY_KEY[key].name.of(locale()) for key in left_out.keys]
    if left_out.reason is Reason.NOT_A_FORM:
        return str(_("a line of sums, not a form"))
    if left_out.reason is Reason.LACKING:
        if len(names) == len(ELEMENTS):
            return str(_("no answers"))
        return str(_("no answer to %(names)s", names="; ".join(names)))
    return "; ".join(
        str(_("“%(found)s” is not a score from 1 to 4 of %(name)s", found=found, name=name))
        for name, found in zip(names, left_out.found, strict=True)
    )


def remark(remarked: Remarked) -> str:
    """Say in the page's language how a file was taken where it could be taken otherwise."""
    name = BY_KEY[remarked.key].name.of(locale()) if remarked.key else ""
    heading = remarked.heading
    said = {
        Remark.ANOTHER_ITEM: _(
            "“%(heading)s” is none of the nine elements; it does not count.", heading=heading
        ),
        Remark.NAME_BEFORE_NUMBER: _(
            "“%(heading)s” was taken by its name, for %(name)s, not by its number.",
            heading=heading,
            name=name,
        ),
        Remark.BY_NUMBER: _(
            "Numbers were taken in the order of the form: 8 is %(eighth)s, 9 is %(ninth)s.",
            eighth=BY_KEY["sarana"].name.of(locale()),
            ninth=BY_KEY["pengaduan"].name.of(locale()),
        ),
        Remark.NO_COLUMN: _("There is no column for %(name)s.", name=name),
        Remark.NOT_ANSWERS: _(
            "“%(heading)s” is named like %(name)s but holds no scores; it does not count.",
            heading=heading,
            name=name,
        ),
        Remark.SEVERAL: _("%(name)s has several questions; their mean counts.", name=name),
    }
    return str(said[remarked.remark])
