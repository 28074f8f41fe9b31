"""What the waiting room sees and hears: the board, the voice, the running text."""

from apiflask import APIFlask
from flask_babel import lazy_gettext as _l

from display import waits
from display.api import api
from display.live import NAMESPACE, DisplaySpace
from display.manage import manage
from display.media.files import files
from display.media.manage import media
from display.pages import pages
from display.pairing import pairing_pages
from display.public import public
from display.speakers import sound_of_day
from display.voice import routes as voice
from office.people import Right
from web.house import House
from web.navigation import Entry, Group


def init_app(app: APIFlask, home: House) -> None:
    """Add the board's pages, addresses and socket to `app`."""
    app.register_blueprint(pages)
    app.register_blueprint(pairing_pages)
    app.register_blueprint(manage)
    app.register_blueprint(public)
    app.register_blueprint(media)
    app.register_blueprint(files)
    app.register_blueprint(api, url_prefix="/api/v1")
    voice.init_app(app, home)
    home.spaces.append(DisplaySpace(NAMESPACE))
    home.background.append(lambda: waits.run(app, NAMESPACE))
    home.menu.append(
        Entry(
            Group.SETTINGS,
            "screens.page",
            _l("Screens"),
            Right.MANAGE,
            (
                *("screens.pair", "screens.arrange", "screens.new_zone", "screens.edit_zone"),
                "screens.write_text",
            ),
        )
    )
    home.menu.append(
        Entry(
            Group.SETTINGS,
            "media.page",
            _l("Media and logo"),
            Right.MANAGE,
            ("media.add_notice", "media.change", "media.move", "media.remove", "media.remove_logo"),
        )
    )
    home.day_facts.append(sound_of_day)
