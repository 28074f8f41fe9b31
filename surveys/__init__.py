"""How satisfied people were: the one tap after a visit, the questionnaire, what both add up to."""

from datetime import datetime
from typing import Any

from apiflask import APIFlask
from flask_babel import lazy_gettext as _l

from office.people import Right
from office.place import Office
from office.tickets import Status, Ticket
from storage.work import Work
from surveys import alerts, device_api, exit, forgetting, ratings, ratings_page, report
from surveys.api import api
from surveys.settings import SETTINGS
from surveys.skm import (
    asking,
    figures_api,
    file_page,
    index_page,
    paper_page,
    public,
    publishing_page,
    questionnaire_page,
)
from surveys.skm.draws import is_drawn
from surveys.skm.forms import may_answer
from surveys.skm.kept import keep_counts
from surveys.spot_checks import office_page, phone_page
from surveys.spot_checks.api import api as spot_checks_api
from surveys.striking import STRIKES
from web.house import House
from web.navigation import Entry, Group

_FILE = ("skm_file.page", "skm_file.sent", "skm_file.look", "skm_file.take_over")


def init_app(app: APIFlask, home: House) -> None:
    """Add ratings to `app`, to every ticket's state, to the manager's day and to the floor."""
    keep_counts(app)
    app.register_blueprint(api, url_prefix="/api/v1")
    app.register_blueprint(device_api.api, url_prefix="/api/v1")
    app.register_blueprint(figures_api.api, url_prefix="/api/v1")
    app.register_blueprint(exit.pages)
    app.register_blueprint(ratings_page.pages)
    home.ticket_facts.append(lambda work, ticket: _of_ticket(work, ticket, home.clock.now()))
    home.day_facts.append(_of_day)
    home.floor_alerts.append(alerts.alerts)
    home.settings |= SETTINGS
    home.strikes += STRIKES
    home.menu.append(
        Entry(
            Group.SATISFACTION,
            "ratings.page",
            _l("Ratings"),
            Right.READ_REPORTS,
            ("ratings.choose_rules",),
        )
    )
    for pages in (
        *(asking, index_page, publishing_page, public),
        *(paper_page, file_page, questionnaire_page),
    ):
        app.register_blueprint(pages.pages)
    home.menu.append(
        Entry(
            Group.SATISFACTION,
            "skm.page",
            _l("Satisfaction index"),
            Right.READ_REPORTS,
            ("skm.choose_weight",),
        )
    )
    home.menu.append(
        Entry(Group.SATISFACTION, "skm.sample", _l("Sample"), Right.READ_REPORTS, ("skm.draw",))
    )
    home.menu.append(
        Entry(
            Group.SATISFACTION,
            "skm_publishing.page",
            _l("Publications"),
            Right.READ_REPORTS,
            ("skm_publishing.publish",),
        )
    )
    home.menu.append(
        Entry(
            Group.SATISFACTION,
            "skm_publishing.follow_up",
            _l("Follow-up"),
            Right.READ_REPORTS,
            ("skm_publishing.resolve", "skm_publishing.end"),
        )
    )
    home.menu.append(
        Entry(
            Group.SATISFACTION,
            "skm_paper.page",
            _l("Paper forms"),
            Right.TYPE_SURVEYS,
            ("skm_paper.typed", "skm_paper.taken_out", *_FILE),
        )
    )
    home.menu.append(
        Entry(
            Group.SATISFACTION,
            "skm_questionnaire.page",
            _l("Questionnaire"),
            Right.MANAGE,
            ("skm_questionnaire.worded",),
        )
    )
    app.register_blueprint(spot_checks_api, url_prefix="/api/v1")
    app.register_blueprint(phone_page.pages)
    app.register_blueprint(office_page.pages)
    home.unlogged |= {each.name for each in (spot_checks_api, phone_page.pages, office_page.pages)}
    home.menu.append(
        Entry(
            Group.SATISFACTION,
            "spot_checks.page",
            _l("Spot checks"),
            Right.READ_REPORTS,
            ("spot_checks.",),
        )
    )
    home.background.append(lambda: forgetting.run(home))


def _of_ticket(work: Work, ticket: Ticket, now: datetime) -> dict[str, Any]:
    if ticket.status != Status.DONE:
        return {}
    can_survey = may_answer(work, ticket, now)
    survey = {"can_survey": can_survey, "drawn": can_survey and is_drawn(work, ticket)}
    is_open = ratings.is_open(work, ticket, now)
    rating = ratings.rating_of(work, ticket)
    if rating is None:
        rated = ratings.is_rated(work, ticket)
        return {"can_rate": is_open and not rated, "rated": rated, **survey}
    office = work.session.get_one(Office, ticket.office_id)
    return {
        **survey,
        "rated": True,
        "can_comment": is_open and ratings.may_add(work, rating),
        "can_talk": is_open and rating.talk_at is None and ticket.day == office.today(now),
    }


def _of_day(work: Work, office: Office) -> dict[str, Any]:
    day = office.open_day
    return {"ratings": report.of_day(work, office, day)} if day else {}
