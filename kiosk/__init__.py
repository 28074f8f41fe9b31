"""Taking a ticket and following it: the kiosk, its paper, and the citizen's page on the phone."""

from apiflask import APIFlask
from flask_babel import lazy_gettext as _l

from kiosk import entrance, reception, settings
from kiosk.agents import Agents
from kiosk.api import api
from kiosk.following import TicketSpace
from kiosk.live import KioskSpace, printer_state, tell_trouble
from kiosk.notifying import page as notifying
from kiosk.notifying.sender import Sender
from kiosk.pages import pages
from kiosk.personal import personal
from kiosk.printing.jobs import PrintJob, jobs_now, of_visits
from kiosk.printing.office_printers import choose_printer, own_printer, own_printers
from kiosk.printing.return_slip import return_printing
from kiosk.printing.slip_texts import own_texts, write_slip_texts
from kiosk.printing.spooler import Spooler
from kiosk.slips import api as slips_api
from kiosk.slips import slips
from office import kiosk_rest
from office.opening import Strike
from office.people import Right
from office.taking_back import Setting
from web.house import House
from web.navigation import Entry, Group


def init_app(app: APIFlask, home: House) -> None:
    """Add the kiosk's and the phone's pages, addresses and sockets to `app`."""
    app.register_blueprint(pages)
    app.register_blueprint(api, url_prefix="/api/v1")
    app.register_blueprint(personal)
    app.register_blueprint(notifying.pages)
    app.register_blueprint(entrance.pages)
    app.register_blueprint(slips)
    app.register_blueprint(slips_api, url_prefix="/api/v1")
    home.menu.append(Entry(Group.SETTINGS, "slips.page", _l("Slip"), Right.MANAGE))
    home.settings["slip"] = Setting(
        lambda work, office, _about: {"texts": own_texts(work, office.id)},
        lambda work, office, actor, now, _about, values: write_slip_texts(
            work, office, actor, now, values["texts"]
        ),
    )
    home.settings["printer"] = Setting(
        lambda work, office, _about: {"printer": own_printer(work, office.id)},
        lambda work, office, actor, now, _about, values: choose_printer(
            work, office, actor, now, values["printer"]
        ),
    )
    app.register_blueprint(settings.pages)
    app.register_blueprint(settings.api, url_prefix="/api/v1")
    home.menu.append(
        Entry(
            Group.SETTINGS,
            "kiosk_settings.page",
            _l("Kiosk"),
            Right.MANAGE,
            ("kiosk_settings.try_message",),
        )
    )
    app.register_blueprint(reception.pages)
    app.register_blueprint(reception.api, url_prefix="/api/v1")
    home.spaces.append(KioskSpace("/kiosk"))
    home.day_facts.append(printer_state)
    home.floor_alerts.append(kiosk_rest.alerts)
    home.gauges.append(jobs_now)
    home.strikes.append(Strike(PrintJob, of_visits))
    home.return_papers.append(return_printing(lambda: home.printer))
    phones = TicketSpace("/ticket", home)
    home.socketio.on_namespace(phones)
    home.background.append(lambda: phones.run(home))
    if home.notify:
        sender = Sender(app, home)
        home.background.append(sender.run)
    agents = Agents(home)
    home.socketio.on_namespace(agents)
    home.seated.append(agents)
    spooler = Spooler(
        home.store,
        home.clock,
        on_trouble=tell_trouble(home),
        agents=agents,
        watched=lambda work: {home.printer, *own_printers(work)},
    )
    agents.spooler = spooler
    home.background.append(lambda: spooler.start(alone=home.alone))
