"""What an office publishes of its survey, for everybody: the notice for the wall, and its files."""

from decimal import Decimal
from zoneinfo import ZoneInfo

from apiflask import APIBlueprint
from flask import (
    Response,
    copy_current_request_context,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.logo import logo_of
from surveys.skm import open_data, publications, report_pdf
from surveys.skm.poster import picture, poster
from surveys.skm.publications import SkmPublication
from surveys.skm.respondents import TRAITS, UNSAID
from surveys.skm.words import called, decimal
from web.access import naming, visited_office
from web.aside import aside
from web.files import to_save
from web.house import house
from web.languages import locale
from web.limits import limiter
from web.security import embeddable
from web.shelf import logo_address, shelf

pages = APIBlueprint("skm_public", __name__, enable_openapi=False)

LIMIT = "120 per minute"
#: Of files that take a while to be made.
MADE = "12 per minute"


@pages.get("/skm")
@limiter.limit(LIMIT)
def everything() -> ResponseReturnValue:
    """List what was published, the newest periods first."""
    with house().store.read() as work:
        office = visited_office(work)
        told = publications.published(work, office.id)
        logo = logo_address(work, office.id)
        asked = naming(work, office)
    return embeddable(
        make_response(
            render_template(
                "surveys/skm_published.html",
                office=office.name(locale()),
                logo=logo,
                told=told,
                called=called,
                decimal=lambda said: decimal(Decimal(said), locale()),
                asked=asked,
            )
        )
    )


@pages.get("/skm/<period>")
@limiter.limit(LIMIT)
def notice(period: str) -> ResponseReturnValue:
    """Show the notice of a period: one page, to be read or hung on the wall."""
    with house().store.read() as work:
        office = visited_office(work)
        told = publications.published_of(work, office.id, period)
        logo = logo_address(work, office.id)
        asked = naming(work, office)
    return embeddable(
        make_response(
            render_template(
                "surveys/skm_notice.html",
                office=told.figures["office"].get(locale()) or office.name(locale()),
                logo=logo,
                told=told,
                figures=told.figures,
                index=decimal(Decimal(told.figures["index"]), locale()),
                grade=called(told.figures["grade"]),
                traits=[each for each in TRAITS if each.key in ("sex", "education")],
                unsaid=UNSAID,
                files=files(),
                asked=asked,
            )
        )
    )


@pages.get("/skm/<period>/data.json")
@limiter.limit(LIMIT)
def as_json(period: str) -> Response:
    """Tell a period as open data."""
    with house().store.read() as work:
        told = publications.published_of(work, visited_office(work).id, period)
    answer = jsonify(open_data.data(told.figures, told.at.isoformat(), told.digest))
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


@pages.get("/skm/<period>/data.csv")
@limiter.limit(LIMIT)
def as_csv(period: str) -> Response:
    """Tell a period as a CSV with decimal commas, or with points where ?separator=comma."""
    with house().store.read() as work:
        told = publications.published_of(work, visited_office(work).id, period)
    separator = "," if request.args.get("separator") == "comma" else ";"
    content = open_data.sheet(told.figures, locale(), separator)
    return _file(told, content, "csv")


@pages.get("/skm/<period>/data.xlsx")
@limiter.limit(MADE)
def as_xlsx(period: str) -> Response:
    """Tell a period as a workbook."""
    with house().store.read() as work:
        told = publications.published_of(work, visited_office(work).id, period)
    content = aside(open_data.workbook, told.figures, locale())
    return _file(told, content, "xlsx")


@pages.get("/skm/<period>/report.pdf")
@limiter.limit(MADE)
def as_pdf(period: str) -> Response:
    """Tell a period as the report that the regulation asks for."""
    with house().store.read() as work:
        office = visited_office(work)
        told = publications.published_of(work, office.id, period)
        day = told.at.astimezone(ZoneInfo(office.timezone)).date()
    content = aside(
        copy_current_request_context(report_pdf.report),
        told.figures["office"].get(locale()) or office.name(locale()),
        told.figures,
        told.texts,
        day,
        locale(),
    )
    return _file(told, content, "pdf")


@pages.get("/skm/<period>/notice.pdf")
@limiter.limit(MADE)
def poster_pdf(period: str) -> Response:
    """Tell a period as a poster to print: A4, or A3 where ?size=a3."""
    told, content = _poster(period, "a3" if request.args.get("size") == "a3" else "a4")
    return _file(told, content, "pdf", "notice")


@pages.get("/skm/<period>/notice.png")
@limiter.limit(MADE)
def poster_png(period: str) -> Response:
    """Tell a period as a picture of the poster."""
    told, content = _poster(period, "a4")
    return _file(told, picture(content), "png", "notice")


def files() -> tuple[tuple[str, str], ...]:
    """Return the addresses of a period's files and what they are called."""
    return (
        ("skm_public.poster_pdf", _("Poster (PDF)")),
        ("skm_public.poster_png", _("Poster (PNG)")),
        ("skm_public.as_pdf", _("Report (PDF)")),
        ("skm_public.as_xlsx", "XLSX"),
        ("skm_public.as_csv", "CSV"),
        ("skm_public.as_json", "JSON"),
    )


def _poster(period: str, size: str) -> tuple[SkmPublication, bytes]:
    """Return what was published of a period, and its poster."""
    with house().store.read() as work:
        office = visited_office(work)
        told = publications.published_of(work, office.id, period)
        name = logo_of(work, office.id)
    path = shelf().path(name) if name else None
    content = aside(
        copy_current_request_context(poster),
        told.figures["office"].get(locale()) or office.name(locale()),
        path if path and path.is_file() else None,
        told.figures,
        size,
        locale(),
    )
    return told, content


def _file(told: SkmPublication, content: bytes, ending: str, name: str = "skm") -> Response:
    return to_save(content, f"{name}-{told.period}.{ending}")
