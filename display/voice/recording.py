"""Addresses of the recorded clips: which words are needed, and each word's sound."""

from datetime import datetime
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request

from display.voice import clips
from display.voice.sentence import LOCALES
from office.people import Actor, Right
from office.place import Office
from office.turn import take_turn
from office.voice import settings_of, touch
from storage.work import Work
from web.access import asking
from web.aside import aside
from web.house import house

recording = APIBlueprint("recording", __name__, enable_openapi=False)

PATH = "/display/voice/clips/<any(id, en):locale>/<key>"


@recording.get("/display/voice/clips")
def words() -> Response:
    """Tell every word the office's calls need, by language, and which are recorded."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.MANAGE)
        office = work.session.get_one(Office, actor.office_id)
        return jsonify({locale: _pack(work, office, locale) for locale in spoken_in(office)})


@recording.get(f"{PATH}.wav")
def hear(locale: str, key: str) -> Response:
    """Play a recorded word."""
    home = house()
    with home.store.read() as work:
        actor = asking(work, home.clock.now(), Right.MANAGE)
        wav = clips.clip_of(work, actor.office_id, locale, key)
    response = Response(wav, mimetype="audio/wav")
    response.headers["Cache-Control"] = "no-store"
    return response


@recording.put(PATH)
def record(locale: str, key: str) -> Response:
    """Keep the WAV file in the request's body as a word's sound."""
    home = house()
    with home.store.read() as work:
        asking(work, home.clock.now(), Right.MANAGE)
    sent = request.get_data(cache=False)
    # Refuses what is no sound before the office's turn is taken, and off the sockets' loop.
    aside(clips.tidied, sent)

    def act(work: Work, office: Office, now: datetime) -> dict[str, Any]:
        needed = clips.words_needed(work, office, settings_of(work, office.id), locale)
        if key not in {each.key for each in needed}:
            raise clips.ClipUnknown(key=key)
        clip = clips.keep_clip(work, office.id, locale, key, sent, now)
        return {"key": key, "seconds": clip.milliseconds / 1000, "recorded_at": now.isoformat()}

    return _changing(act)


@recording.delete(PATH)
def forget(locale: str, key: str) -> Response:
    """Delete a recorded word."""

    def act(work: Work, office: Office, _now: datetime) -> dict[str, Any]:
        clips.drop_clip(work, office.id, locale, key)
        return {"key": key}

    return _changing(act)


def spoken_in(office: Office) -> list[str]:
    """Return the languages the office's calls are spoken in, Indonesian first."""
    return [each for each in LOCALES if each == "id" or each in office.locales]


def _pack(work: Work, office: Office, locale: str) -> dict[str, Any]:
    needed = clips.words_needed(work, office, settings_of(work, office.id), locale)
    there = clips.recorded(work, office.id, locale)
    told = []
    for word in needed:
        length, at = there.get(word.key, (None, None))
        told.append(
            {
                "key": word.key,
                "kind": word.kind,
                "say": word.say,
                "seconds": None if length is None else length / 1000,
                "recorded_at": at.isoformat() if at else None,
            }
        )
    # The chime is no word of a sentence: the usual one does for a pack without it.
    words = [each for each in told if each["kind"] != "chime"]
    done = sum(each["seconds"] is not None for each in words)
    return {"words": told, "recorded": done, "needed": len(words)}


def _changing(act: Any) -> Response:
    """Do `act` within the office's turn as who may manage it, and tell every screen."""
    home = house()
    now = home.clock.now()
    with home.store.work() as work:
        actor: Actor = asking(work, now, Right.MANAGE)
        office = take_turn(work, actor.office_id, now)
        told = act(work, office, now)
        touch(work, office, actor, now)
    return jsonify(told)
