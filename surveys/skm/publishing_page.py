"""Where a manager publishes a period, and follows up what was found weak."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.errors import Invalid, OfficeError
from office.people import Right
from office.place import Office
from storage.work import Work
from surveys.skm import actions, following, publications
from surveys.skm.actions import State
from surveys.skm.elements import BY_KEY, ELEMENTS
from surveys.skm.kept import counts
from surveys.skm.periods import Period, lately
from surveys.skm.words import decimal, spans
from web.access import naming
from web.house import house
from web.languages import locale
from web.pages import Act, day_of, form_done, page_for

pages = APIBlueprint("skm_publishing", __name__, enable_openapi=False)


@pages.get("/manager/survey/published")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show what was published, and what can be."""
    return _shown()


@pages.post("/manager/survey/published")
@page_for(Right.MANAGE)
def publish() -> ResponseReturnValue:
    """Publish a period."""
    sent = request.form.to_dict()
    period = Period.written(sent.get("period", ""))

    def act(work: Work, office: Office, now: datetime) -> None:
        if period is None:
            raise Invalid(fields={"period": "a period"})
        publications.publish(work, office, g.actor, now, period, sent, prepared)

    prepared = _prepared(period) if period else None

    return form_done(
        act,
        _("Published. The figures stay as they are."),
        lambda said, status: _shown(said, status),
        url_for("skm_publishing.page", check=sent.get("period", "")),
    )


@pages.get("/manager/survey/actions")
@page_for(Right.READ_REPORTS)
def follow_up() -> ResponseReturnValue:
    """Show what is done about weak elements."""
    return _actions_shown()


@pages.post("/manager/survey/actions")
@page_for(Right.MANAGE)
def resolve() -> ResponseReturnValue:
    """Resolve upon something to be done."""
    sent = request.form.to_dict()

    def act(work: Work, office: Office, now: datetime) -> None:
        due = day_of(sent, "due")
        actions.resolve(
            work,
            office,
            g.actor,
            now,
            sent.get("element", ""),
            sent.get("what", ""),
            sent.get("owner", ""),
            due,
        )

    return _acted(act)


@pages.post("/manager/survey/actions/<int:number>")
@page_for(Right.MANAGE)
def end(number: int) -> ResponseReturnValue:
    """Say that something is done, dropped or open again."""

    def act(work: Work, office: Office, now: datetime) -> None:
        actions.end(work, office, g.actor, now, number, request.form.get("state", ""))

    return _acted(act)


def _prepared(period: Period) -> publications.Prepared | None:
    """Compute a period's figures before the office's turn is taken; nothing where it is refused."""
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        try:
            return publications.prepare(work, office, home.clock.now(), period, counts())
        except OfficeError:
            return None


def _acted(act: Act) -> ResponseReturnValue:
    return form_done(
        act,
        _("Saved."),
        lambda said, status: _actions_shown(said, status),
        url_for("skm_publishing.follow_up"),
    )


def _shown(refused: str = "", status: int = 200) -> ResponseReturnValue:
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        asked = naming(work, office)
        today = office.today(home.clock.now())
        told = publications.published(work, office.id)
        checked = {
            each.period: publications.still_agrees(work, office, each)
            for each in told
            if each.period == request.args.get("check")
        }
    done = {each.period for each in told}
    texts: Mapping[str, str] = told[0].texts if told else {}
    return render_template(
        "surveys/skm_publish.html",
        actor=g.actor,
        told=told,
        asked=asked,
        checked=checked,
        open={
            span: [each for each in several if each.last < today and each.key not in done]
            for span, several in lately(today).items()
        },
        spans=spans(),
        sent=request.form.to_dict()
        or {name: texts.get(name, "") for name in ("signer", "position", "nip", "place")},
        most=publications.TEXTS,
        decimal=lambda said: decimal(Decimal(said), locale()),
        may_manage=g.actor.may(Right.MANAGE),
        refused=refused,
    ), status


def _actions_shown(refused: str = "", status: int = 200) -> ResponseReturnValue:
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        today = office.today(home.clock.now())
        told = following.followed(work, office, today)
    return render_template(
        "surveys/skm_actions.html",
        actor=g.actor,
        told=told,
        elements=ELEMENTS,
        names={key: each.name.of(locale()) for key, each in BY_KEY.items()},
        states={
            State.OPEN: _("under way"),
            State.DONE: _("done"),
            State.DROPPED: _("dropped"),
        },
        decimal=lambda value: decimal(value, locale()),
        today=today,
        sent=request.form.to_dict(),
        may_manage=g.actor.may(Right.MANAGE),
        refused=refused,
    ), status
