"""The manager's pages of the survey: the index of a period, and how far its sample is."""

from datetime import date, datetime
from decimal import Decimal

from apiflask import APIBlueprint
from babel.numbers import format_decimal
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.errors import Invalid
from office.people import Right
from office.place import Office
from storage.work import Work
from surveys.skm import charts, draws, years
from surveys.skm.elements import BY_KEY
from surveys.skm.index import Note, Weight, half_up
from surveys.skm.kept import counts
from surveys.skm.periods import Period, Span, lately
from surveys.skm.respondents import TRAITS
from surveys.skm.results import result
from surveys.skm.sampling import sample_of
from surveys.skm.words import called, spans, weights
from web.house import house
from web.languages import locale
from web.pages import form_done, page_for

pages = APIBlueprint("skm", __name__, enable_openapi=False)


@pages.get("/manager/survey")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show the index of a period."""
    return _shown()


@pages.post("/manager/survey/weight")
@page_for(Right.MANAGE)
def choose_weight() -> ResponseReturnValue:
    """Count a reporting year with another weight."""
    period = Period.written(request.form.get("year", ""))

    def act(work: Work, office: Office, now: datetime) -> None:
        try:
            weight = Weight(request.form.get("weight", ""))
        except ValueError:
            raise Invalid(fields={"weight": "exact, 0.111 or 0.11"}) from None
        if period is None:
            raise Invalid(fields={"year": "a year"})
        years.choose_weight(work, office, g.actor, now, period.year, weight)

    return form_done(
        act,
        _("Saved. The whole year is counted so."),
        lambda said, status: _shown(said, status),
        url_for("skm.page", period=request.form.get("period", "")),
    )


@pages.get("/manager/survey/sample")
@page_for(Right.READ_REPORTS)
def sample() -> ResponseReturnValue:
    """Show how far the survey of a period is, and who is invited."""
    return _sample_shown()


@pages.post("/manager/survey/sample")
@page_for(Right.MANAGE)
def draw() -> ResponseReturnValue:
    """Invite another share of visits."""
    said = request.form.get("percent", "")

    def act(work: Work, office: Office, now: datetime) -> None:
        if not said.isdecimal() or len(said) > 3:
            raise Invalid(fields={"percent": "between 0 and 100"})
        draws.draw_from(work, office, g.actor, now, int(said))

    return form_done(
        act,
        _("Saved."),
        lambda said, status: _sample_shown(said, status),
        url_for("skm.sample"),
    )


def _shown(refused: str = "", status: int = 200) -> ResponseReturnValue:
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        today = office.today(home.clock.now())
        period, trouble = chosen(today)
        found = result(
            work, office, period.first, period.last, home.clock.now(), locale(), counts()
        )
        settled = years.is_settled(work, office.id, period.year)
    index = found.index
    points = charts.points(found.trend, locale())
    return render_template(
        "surveys/skm_index.html",
        actor=g.actor,
        found=found,
        period=period,
        periods=lately(today),
        spans=spans(),
        name=period.name(locale()),
        running=period.last >= today,
        notes=notes(index.notes),
        elements=[(BY_KEY[key], index.elements[key]) for key in found.weakest],
        bars=charts.bars(index, found.weakest, locale()),
        points=points,
        stretches=charts.line(points),
        bounds=charts.bounds(),
        chart=charts,
        titles={
            "service": _("Service"),
            "counter": _("Counter"),
            **{each.key: each.name.of(locale()) for each in TRAITS},
        },
        apart={each.name: each for each in found.groups.get("drawn", ())},
        names={key: each.name.of(locale()) for key, each in BY_KEY.items()},
        weights=weights(),
        called=called,
        settled=settled,
        may_manage=g.actor.may(Right.MANAGE),
        number=number,
        half_up=half_up,
        trouble=trouble,
        refused=refused,
    ), 422 if trouble else status


def _sample_shown(refused: str = "", status: int = 200) -> ResponseReturnValue:
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        today = office.today(home.clock.now())
        period, trouble = chosen(today)
        found = sample_of(work, office, period, locale())
        all_draws = draws.draws_of(work, office.id)
        invited = counts().count_invited(work, office, period.first, period.last)
    return render_template(
        "surveys/skm_sample.html",
        actor=g.actor,
        found=found,
        period=period,
        periods=lately(today),
        spans=spans(),
        name=period.name(locale()),
        draws=draws.told(all_draws, today),
        percent=all_draws[-1].percent if all_draws else 0,
        invited=invited,
        may_manage=g.actor.may(Right.MANAGE),
        trouble=trouble,
        refused=refused,
    ), 422 if trouble else status


def chosen(today: date) -> tuple[Period, str]:
    """Return the period asked for, the running quarter if none, and what is wrong with it."""
    usual = Period.around(Span.QUARTER, today)
    asked = request.args.get("period", "")
    if not asked:
        return usual, ""
    period = Period.written(asked)
    if period is None or period.first > today:
        return usual, _("There is no such period yet.")
    return period, ""


def number(value: Decimal | float | None, places: int = 2) -> str:
    """Return a number in the page's language, or a dash."""
    if value is None:
        return "–"
    return str(format_decimal(value, f"0.{'0' * places}" if places else "0", locale=locale()))


def notes(told: tuple[Note, ...]) -> list[str]:
    """Return what has to be said beside an index."""
    said = {
        Note.ALL_THREES: _(
            "Everybody answered 3 throughout; by the regulation that is grade C, “less good”."
        ),
        Note.WEIGHT_DECIDES: _(
            "The weight decides the grade here: another of the weights in use gives another."
        ),
    }
    return [str(said[each]) for each in told]
