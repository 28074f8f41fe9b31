"""Where a manager words the questionnaire: the nine elements stay, with their four answers."""

from datetime import datetime

from apiflask import APIBlueprint
from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from office.people import Right
from office.place import Office
from storage.work import Work
from surveys.skm import questionnaires
from surveys.skm.elements import ELEMENTS, Words
from web.house import house
from web.pages import form_done, page_for

pages = APIBlueprint("skm_questionnaire", __name__, enable_openapi=False)


@pages.get("/manager/survey/questionnaire")
@page_for(Right.MANAGE)
def page() -> ResponseReturnValue:
    """Show what is asked, to be worded otherwise."""
    return _shown()


@pages.post("/manager/survey/questionnaire")
@page_for(Right.MANAGE)
def worded() -> ResponseReturnValue:
    """Put another version in force."""
    wanted = {
        element.key: [
            words
            for place in range(questionnaires.MOST)
            if any(
                words := Words(
                    *(
                        request.form.get(f"{element.key}-{place}-{each}", "").strip()
                        for each in ("id", "en")
                    )
                )
            )
        ]
        for element in ELEMENTS
    }

    def act(work: Work, office: Office, now: datetime) -> None:
        questionnaires.put_in_force(work, office, g.actor, now, wanted)

    return form_done(
        act,
        _("Saved. It is asked from now on; forms filled in before keep their version."),
        lambda said, status: _shown(said, status),
        url_for("skm_questionnaire.page"),
    )


def _shown(refused: str = "", status: int = 200) -> ResponseReturnValue:
    with house().store.read() as work:
        asked = questionnaires.asked_now(work, g.actor.office_id)
    words = {
        f"{each.field}-{language}": each.words.of(language)
        for each in asked.questions
        for language in ("id", "en")
    }
    return render_template(
        "surveys/skm_questionnaire.html",
        actor=g.actor,
        elements=ELEMENTS,
        most=questionnaires.MOST,
        longest=questionnaires.LONGEST,
        number=asked.number,
        words=request.form.to_dict() or words,
        refused=refused,
    ), status
