"""Addresses of the spoken calls and the chime, for the screens of a waiting room."""

from typing import cast

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from display.voice.chime import chime
from display.voice.sentence import Style, sentence
from display.voice.synthesis import Voice, VoiceUnavailable
from office.people import Right
from office.place import counter_numbered
from web.access import asking
from web.aside import aside
from web.errors import answer
from web.house import House, house

voice_pages = APIBlueprint("voice", __name__, enable_openapi=False)

#: Seconds a browser may replay a call without asking: a recall soon after needs no transfer, and a
#: counter's new name is heard before long.
CALL_FRESH = 300
CHIME_FRESH = 86_400

_EXTENSION = "antrean.voice"


def init_app(app: APIFlask, home: House, style: Style = Style.DIGITS) -> None:
    """Let the screens of `app` speak; what was spoken is kept in the house's folder."""
    app.extensions[_EXTENSION] = Voice(home.folder / "voice", style)
    app.register_blueprint(voice_pages)


@voice_pages.get("/display/voice/<any(id, en):locale>/<label>/<int:counter>.wav")
def call(locale: str, label: str, counter: int) -> ResponseReturnValue:
    """Speak the call of a ticket to a counter of the screen's office."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.READ_BOARD)
        name = counter_numbered(work, actor.office_id, counter).name(locale)
    voice = cast(Voice, current_app.extensions[_EXTENSION])
    text = sentence(label, counter, locale, style=voice.style, counter_name=name)
    try:
        made = voice.clip(text, locale)
    except VoiceUnavailable as error:
        current_app.logger.error("a call was not spoken: %s", error)
        return answer(503, "voice_unavailable", {})
    return _sound(made, f"private, max-age={CALL_FRESH}")


@voice_pages.get("/display/chime.wav")
def chime_sound() -> ResponseReturnValue:
    """Sound the chime, which is the same for everybody."""
    return _sound(aside(chime), f"public, max-age={CHIME_FRESH}, immutable")


def _sound(made: bytes, kept: str) -> Response:
    response = Response(made, mimetype="audio/wav")
    response.headers["Cache-Control"] = kept
    response.add_etag()
    response.make_conditional(request)
    return response
