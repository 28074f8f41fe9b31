"""Addresses of the spoken calls and the chime, for the screens of a waiting room."""

from typing import cast

from apiflask import APIBlueprint, APIFlask
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from display.voice import clips, warming
from display.voice.chime import chime
from display.voice.reading import LONGEST, aloud
from display.voice.recording import recording
from display.voice.sentence import sentence
from display.voice.synthesis import Manner, Voice, VoiceUnavailable
from office import early
from office.people import Right
from office.place import Counter, Office, counter_numbered
from office.voice import Style, Tone, VoiceSettings, check_template, settings_of
from storage.work import Work
from web.access import asking
from web.aside import aside
from web.errors import answer
from web.house import House, house
from web.limits import READING, limiter

voice_pages = APIBlueprint("voice", __name__, enable_openapi=False)

#: Seconds a browser may replay a call without asking: a recall soon after needs no transfer, and a
#: counter's new name is heard before long.
CALL_FRESH = 300
CHIME_FRESH = 86_400

_EXTENSION = "antrean.voice"


def init_app(app: APIFlask, home: House) -> None:
    """Let the screens of `app` speak; what was spoken is kept in the house's folder."""
    voice = Voice(home.folder / "voice")
    app.extensions[_EXTENSION] = voice
    home.background.append(lambda: warming.run(home, voice))
    app.register_blueprint(voice_pages)
    app.register_blueprint(recording)


@voice_pages.get("/display/voice/<any(id, en):locale>/<label>/<int:counter>.wav")
def call(locale: str, label: str, counter: int) -> ResponseReturnValue:
    """Speak the call of a ticket to a counter of the screen's office."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.READ_BOARD)
        desk = counter_numbered(work, actor.office_id, counter)
        settings = settings_of(work, actor.office_id)
        own = own_voice(work, settings, label, desk, locale)
    made = own or spoken(settings, label, desk, locale)
    return made if isinstance(made, Response) else sound(made, f"private, max-age={CALL_FRESH}")


@voice_pages.get("/display/voice/early/<int:_version>/<any(id, en):locale>.wav")
def early_close(_version: int, locale: str) -> ResponseReturnValue:
    """Speak why the office closes early today and what follows, as the journal's row began it."""
    home = house()
    now = home.clock.now()
    with home.store.read() as work:
        actor = asking(work, now, Right.READ_BOARD)
        office = work.session.get_one(Office, actor.office_id)
        told = early.told(work, office, now)
        settings = settings_of(work, office.id)
    if not told:
        raise early.NotClosedEarly()
    made = in_voice(settings, aloud(told[locale], locale), locale)
    return made if isinstance(made, Response) else sound(made, "no-store")


@voice_pages.get("/display/voice/sample/<any(id, en):locale>/<label>/<int:counter>.wav")
def sample(locale: str, label: str, counter: int) -> ResponseReturnValue:
    """Speak a call as it would sound by the settings in the query, before they are kept."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.MANAGE)
        desk = counter_numbered(work, actor.office_id, counter)
        settings = asked_for(actor.office_id, locale)
        own = own_voice(work, settings, label, desk, locale)
    made = own or spoken(settings, label, desk, locale)
    return made if isinstance(made, Response) else sound(made, "no-store")


@voice_pages.get("/voice/<any(id, en):locale>.wav")
@limiter.limit(READING)
def read_aloud(locale: str) -> ResponseReturnValue:
    """Read a text of a kiosk's screen aloud, for whoever listens instead of reading it."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.TAKE_TICKET)
        settings = settings_of(work, actor.office_id)
    text = request.args.get("text", "").strip()
    if not 0 < len(text) <= LONGEST:
        return answer(422, "input_invalid", {"fields": {"text": f"1 to {LONGEST} characters"}})
    made = in_voice(settings, aloud(text, locale), locale)
    return made if isinstance(made, Response) else sound(made, f"private, max-age={CALL_FRESH}")


@voice_pages.get("/display/chime.wav")
def chime_sound() -> ResponseReturnValue:
    """Sound the chime: the office's own to its screens, the usual one to everybody."""
    home = house()
    if request.args.get("own"):
        with home.store.read() as work:
            actor = asking(work, home.clock.now(), Right.READ_BOARD)
            own = clips.clip_of(work, actor.office_id, "id", clips.key_of(clips.CHIME))
        return sound(own, f"private, max-age={CALL_FRESH}")
    return sound(aside(chime), f"public, max-age={CHIME_FRESH}, immutable")


def own_voice(
    work: Work, settings: VoiceSettings, label: str, desk: Counter, locale: str
) -> bytes | None:
    """Return the call in the office's recorded voice, if every word of it was recorded."""
    keys = clips.keys_of_call(settings, label, desk, locale)
    return clips.joined(work, settings.office_id, locale, keys)


def spoken(settings: VoiceSettings, label: str, desk: Counter, locale: str) -> bytes | Response:
    """Return the call in the machine's voice, or the refusal when it has none."""
    text = sentence(
        label,
        desk.number,
        locale,
        style=Style(settings.style),
        counter_name=clips.name_aloud(desk, settings, locale),
        template=settings.template(locale),
    )
    return in_voice(settings, text, locale)


def in_voice(settings: VoiceSettings, text: str, locale: str) -> bytes | Response:
    """Return `text` in the machine's voice, or the refusal when it has none."""
    manner = Manner(settings.speed, settings.pitch, Tone(settings.tone))
    voice = cast(Voice, current_app.extensions[_EXTENSION])
    try:
        return voice.clip(text, locale, manner)
    except VoiceUnavailable as error:
        current_app.logger.error("nothing was spoken: %s", error)
        return answer(503, "voice_unavailable", {})


def asked_for(office_id: int, locale: str) -> VoiceSettings:
    """Return settings as the query states them. Raises TemplateInvalid, TemplateIncomplete."""
    asked = request.args
    settings = VoiceSettings.standard(office_id)
    settings.speed = min(max(asked.get("speed", 100, int), 60), 150)
    settings.pitch = min(max(asked.get("pitch", 50, int), 0), 99)
    for name, kind in (("tone", Tone), ("style", Style)):
        if asked.get(name) in {each.value for each in kind}:
            setattr(settings, name, asked[name])
    settings.counter_name = asked.get("counter_name", settings.counter_name)
    template = asked.get("template", "")
    check_template(locale, template)
    settings.templates = {locale: template.strip()} if template.strip() else {}
    return settings


def sound(made: bytes, kept: str) -> Response:
    """Return a WAV file as an answer."""
    response = Response(made, mimetype="audio/wav")
    response.headers["Cache-Control"] = kept
    response.add_etag()
    response.make_conditional(request)
    return response
