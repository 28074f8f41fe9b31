"""The manager's view: the day live, figures, the journal, accounts and devices."""

from apiflask import APIFlask
from flask_babel import lazy_gettext as _l

from manager import (
    accuracy,
    audit,
    backups,
    early,
    endings,
    fairness,
    figures,
    figures_page,
    figures_week,
    floor,
    integrations,
    opening,
    people,
    personal,
    premises,
    rights,
    roster,
    rules,
    services,
    setting_up,
    sheets,
    staffing,
    timetable,
)
from manager.api import api
from manager.live import ManagerSpace
from manager.pages import pages
from manager.voice import voice
from manager.webhooks import Sender
from office.people import Right
from web.house import House
from web.navigation import Entry, Group


def init_app(app: APIFlask, home: House) -> None:
    """Add the manager's pages, addresses and socket to `app`."""
    app.register_blueprint(pages)
    app.register_blueprint(api, url_prefix="/api/v1")
    app.register_blueprint(accuracy.pages)
    app.register_blueprint(accuracy.api, url_prefix="/api/v1")
    app.register_blueprint(figures_page.pages)
    app.register_blueprint(figures_week.pages)
    app.register_blueprint(figures.api, url_prefix="/api/v1")
    app.register_blueprint(voice, url_prefix="/api/v1")
    app.register_blueprint(staffing.pages)
    app.register_blueprint(staffing.api, url_prefix="/api/v1")
    app.register_blueprint(roster.pages)
    app.register_blueprint(roster.api, url_prefix="/api/v1")
    app.register_blueprint(endings.pages)
    app.register_blueprint(endings.api, url_prefix="/api/v1")
    app.register_blueprint(rules.pages)
    app.register_blueprint(rules.api, url_prefix="/api/v1")
    app.register_blueprint(fairness.pages)
    app.register_blueprint(fairness.api, url_prefix="/api/v1")
    app.register_blueprint(floor.pages)
    app.register_blueprint(early.pages)
    app.register_blueprint(early.api, url_prefix="/api/v1")
    app.register_blueprint(people.pages)
    app.register_blueprint(audit.pages)
    app.register_blueprint(personal.pages)
    app.register_blueprint(sheets.pages)
    app.register_blueprint(sheets.api, url_prefix="/api/v1")
    app.register_blueprint(premises.pages)
    app.register_blueprint(backups.pages)
    app.register_blueprint(integrations.pages)
    sender = Sender(home)
    home.background.append(sender.run)
    app.register_blueprint(services.pages)
    app.register_blueprint(timetable.pages)
    app.register_blueprint(opening.pages)
    app.register_blueprint(rights.pages)
    app.register_blueprint(floor.api, url_prefix="/api/v1")
    setting_up.init_app(app, home)
    home.spaces += [ManagerSpace("/manager"), floor.FloorSpace("/floor")]
    home.background.append(lambda: floor.watch(home))
    home.row_told = audit.row_told
    home.menu += [
        Entry(Group.NOW, "manager.page", _l("Today"), Right.READ_REPORTS),
        Entry(Group.NOW, "floor.page", _l("Floor"), Right.RUN_FLOOR),
        Entry(
            Group.NOW,
            "early.page",
            _l("Close early"),
            Right.RUN_FLOOR,
            ("early.ask", "early.close", "early.back", "early.home", "early.slips"),
        ),
        Entry(
            Group.NOW,
            "sheets.page",
            _l("Emergency sheets"),
            Right.RUN_FLOOR,
            ("sheets.entry",),
        ),
        Entry(Group.REPORTS, "figures_week.page", _l("Week in figures"), Right.READ_REPORTS),
        Entry(Group.REPORTS, "staffing.page", _l("Counters needed"), Right.READ_REPORTS),
        Entry(
            Group.REPORTS,
            "figures.page",
            _l("Queue figures"),
            Right.READ_REPORTS,
            ("figures.visit",),
        ),
        Entry(Group.REPORTS, "fairness.page", _l("Fairness"), Right.READ_REPORTS),
        Entry(Group.REPORTS, "accuracy.page", _l("Accuracy of estimates"), Right.READ_REPORTS),
        Entry(
            Group.SETTINGS,
            "integrations.page",
            _l("Other programs"),
            Right.MANAGE,
            ("integrations.",),
            order=70,
        ),
        Entry(Group.SETTINGS, "backups.page", _l("Backups"), Right.MANAGE, order=80),
        Entry(
            Group.SETTINGS,
            "setting_up.page",
            _l("Setting up"),
            Right.MANAGE,
            ("opening.",),
            order=90,
        ),
        Entry(Group.SETTINGS, "rules.page", _l("Rules of the queue"), Right.MANAGE),
        Entry(Group.SETTINGS, "endings.page", _l("How visits end"), Right.MANAGE),
        Entry(Group.SETTINGS, "roster.page", _l("Roster"), Right.MANAGE),
        Entry(
            Group.SETTINGS,
            "premises.page",
            _l("Office and counters"),
            Right.MANAGE,
            ("premises.",),
            order=1,
        ),
        Entry(
            Group.SETTINGS, "services.page", _l("Services"), Right.MANAGE, ("services.",), order=2
        ),
        Entry(
            Group.SETTINGS, "timetable.page", _l("Hours"), Right.MANAGE, ("timetable.",), order=3
        ),
        Entry(Group.SETTINGS, "people.page", _l("People"), Right.MANAGE, ("people.",), order=4),
        Entry(Group.SETTINGS, "rights.page", _l("Rights"), Right.MANAGE, order=5),
        Entry(Group.SETTINGS, "manager.devices_page", _l("Devices"), Right.MANAGE),
        Entry(
            Group.SETTINGS,
            "personal_requests.page",
            _l("Data requests"),
            Right.MANAGE,
            ("personal_requests.",),
            order=89,
        ),
        Entry(
            Group.SETTINGS,
            "audit.page",
            _l("Audit trail"),
            Right.READ_AUDIT,
            ("audit.",),
            order=90,
        ),
        Entry(
            Group.SETTINGS,
            "manager.voice_page",
            _l("Voice"),
            Right.MANAGE,
            ("manager.recordings_page",),
        ),
    ]
