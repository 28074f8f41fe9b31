"""The staff console: next, recall, start, finish, no-show, hold, transfer, and the line beside."""

from apiflask import APIFlask
from flask_babel import lazy_gettext as _l

from counter.api import api
from counter.live import CounterSpace, tell_needs
from counter.pages import pages
from office.people import Right
from web.house import House
from web.navigation import Entry, Group


def init_app(app: APIFlask, home: House) -> None:
    """Add the console's page, addresses and socket to `app`."""
    app.register_blueprint(pages)
    app.register_blueprint(api, url_prefix="/api/v1")
    home.spaces.append(CounterSpace("/counter"))
    home.menu.append(Entry(Group.NOW, "counter.page", _l("Counter"), Right.SERVE, order=90))
    home.store.after_commit(tell_needs(home))
