"""The manager's view: the day live, figures, the journal, accounts and devices."""

from apiflask import APIFlask

from manager import accuracy
from manager.api import api
from manager.live import ManagerSpace
from manager.pages import pages
from web.house import House


def init_app(app: APIFlask, home: House) -> None:
    """Add the manager's pages, addresses and socket to `app`."""
    app.register_blueprint(pages)
    app.register_blueprint(api, url_prefix="/api/v1")
    app.register_blueprint(accuracy.pages)
    app.register_blueprint(accuracy.api, url_prefix="/api/v1")
    home.spaces.append(ManagerSpace("/manager"))
