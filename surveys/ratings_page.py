"""The manager's page of ratings: a period's answers, and the rules they go by."""

from datetime import date, datetime, timedelta

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.errors import Invalid
from office.people import Right
from office.place import Office
from storage.work import Work
from surveys import report
from surveys.reasons import NAMES
from surveys.rules import Rules, set_rules
from web.forms import whole
from web.house import house
from web.languages import locale
from web.pages import form_done, page_for

pages = APIBlueprint("ratings", __name__, enable_openapi=False)

#: Days that the page shows when nobody asked for others.
USUAL = timedelta(days=29)


@pages.get("/manager/ratings")
@page_for(Right.READ_REPORTS)
def page() -> ResponseReturnValue:
    """Show the ratings of a period."""
    return _shown()


@pages.post("/manager/ratings/rules")
@page_for(Right.MANAGE)
def choose_rules() -> ResponseReturnValue:
    """Change the rules that ratings go by."""
    sent = request.form
    wanted = {name: whole(sent.get(name)) for name in Rules.LIMITS}

    def act(work: Work, office: Office, now: datetime) -> None:
        wrong = {name: "a number" for name, each in wanted.items() if each is None}
        if wrong:
            raise Invalid(fields=wrong)
        chosen = Rules(**{name: each for name, each in wanted.items() if each is not None})
        set_rules(work, office, g.actor, now, chosen)

    return form_done(
        act,
        _("Saved. It holds from now on."),
        lambda said, status: _shown(said, status),
        url_for("ratings.page"),
    )


def _shown(refused: str = "", status: int = 200) -> ResponseReturnValue:
    home = house()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        today = office.today(home.clock.now())
        first, last, trouble = asked_days(request.args.to_dict(), today)
        found = report.report(work, office, first, last, locale())
        inspector = g.actor.may(Right.READ_INTEGRITY)
        notices = report.notices(work, office, first, last, locale()) if inspector else []
    page = render_template(
        "surveys/ratings.html",
        actor=g.actor,
        may_manage=g.actor.may(Right.MANAGE),
        inspector=inspector,
        report=found,
        notices=notices,
        names=NAMES,
        limits=Rules.LIMITS,
        today=today,
        trouble=trouble,
        refused=refused,
    )
    return page, 422 if trouble else status


def asked_days(asked: dict[str, str], today: date) -> tuple[date, date, str]:
    """Return the first and last day asked for and what is wrong with them, if anything."""
    usual = (today - USUAL, today)
    if not asked.get("from") and not asked.get("to"):
        return *usual, ""
    try:
        first, last = (date.fromisoformat(asked.get(each, "")) for each in ("from", "to"))
    except ValueError:
        return *usual, _("Please choose two days.")
    if not first <= last <= today:
        return *usual, _("The first day must not come after the last, nor the last after today.")
    return first, last, ""
