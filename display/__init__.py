"""What the waiting room sees and hears: the board, the voice, the running text."""

from apiflask import APIFlask

from display.api import api
from display.live import NAMESPACE, DisplaySpace
from display.pages import pages
from display.voice import routes as voice
from web.house import House


def init_app(app: APIFlask, home: House) -> None:
    """Add the board's page, addresses and socket to `app`."""
    app.register_blueprint(pages)
    app.register_blueprint(api, url_prefix="/api/v1")
    voice.init_app(app, home)
    home.spaces.append(DisplaySpace(NAMESPACE))
