"""Where staff type in forms filled in on paper: keys only, one form after the other."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.errors import Invalid
from office.people import Right
from office.place import Office, services_of
from storage.work import Work
from surveys.skm import forms, publications, questionnaires
from surveys.skm.respondents import TRAITS
from web.house import house
from web.languages import locale
from web.pages import day_of, form_done, page_for

pages = APIBlueprint("skm_paper", __name__, enable_openapi=False)


@pages.get("/manager/survey/paper")
@page_for(Right.TYPE_SURVEYS)
def page() -> ResponseReturnValue:
    """Show an empty form, with the service and day of the one before."""
    return _shown()


@pages.post("/manager/survey/paper")
@page_for(Right.TYPE_SURVEYS)
def typed() -> ResponseReturnValue:
    """Keep one form and go on with the next."""
    sent = request.form.to_dict()

    def act(work: Work, office: Office, now: datetime) -> None:
        asked = questionnaires.numbered(work, office.id, _whole(sent, "questionnaire"))
        traits = {
            trait.key: trait.numbered(value)
            for trait in TRAITS
            if (value := sent.get(trait.key, "").strip())
        }
        scores = forms.scores_in(asked, sent)
        wrong = {
            str(number): "1 to 4, or empty"
            for number, each in enumerate(asked.questions, start=1)
            if sent.get(each.field, "").strip() and each not in scores
        } | {key: "not on the form" for key, value in traits.items() if value is None}
        if wrong:
            raise Invalid(fields=wrong)
        forms.type_in(
            work,
            office,
            g.actor,
            now,
            _whole(sent, "service"),
            day_of(sent, "day"),
            _whole(sent, "form_number"),
            asked,
            scores,
            {trait.key: traits.get(trait.key) for trait in TRAITS},
        )

    return form_done(
        act,
        _("Form %(number)s is kept.", number=sent.get("form_number", "")),
        lambda said, status: _shown(said, status),
        url_for("skm_paper.page", service=sent.get("service", ""), day=sent.get("day", "")),
    )


@pages.post("/manager/survey/paper/<int:number>/delete")
@page_for(Right.TYPE_SURVEYS)
def taken_out(number: int) -> ResponseReturnValue:
    """Delete a form that was typed in wrongly."""
    return form_done(
        lambda work, office, now: publications.take_out(work, office, g.actor, now, number),
        _("The form is deleted. It can be typed in again."),
        lambda said, status: _shown(said, status),
        url_for("skm_paper.page"),
    )


def _shown(refused: str = "", status: int = 200) -> ResponseReturnValue:
    home = house()
    sent = request.form.to_dict() or request.args.to_dict()
    with home.store.read() as work:
        office = work.session.get_one(Office, g.actor.office_id)
        today = office.today(home.clock.now())
        try:
            day = day_of(sent, "day")
        except Invalid:
            day = today
        services = services_of(work, office.id)
        number = forms.next_number(work, office, day.year)
        last = forms.typed_last(work, office, g.actor)
        asked = questionnaires.asked_now(work, office.id)
    return render_template(
        "surveys/skm_paper.html",
        actor=g.actor,
        services=[(each.id, f"{each.letter} · {each.name(locale())}") for each in services],
        questionnaire=asked,
        traits=TRAITS,
        sent=sent if refused else {"service": sent.get("service", "")},
        day=day,
        today=today,
        number=sent.get("form_number", number) if refused else number,
        last=last,
        refused=refused,
        may_manage=g.actor.may(Right.MANAGE),
    ), status


def _whole(sent: dict[str, str], name: str) -> int:
    """Return a whole number that was sent. Raises Invalid."""
    said = sent.get(name, "").strip()
    if not said.isdecimal() or len(said) > 9:
        raise Invalid(fields={name: "a number"})
    return int(said)
