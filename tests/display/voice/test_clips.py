"""The office's recorded voice: what is needed, what is taken, and calls joined from it.

Recordings are compared by what is in them: each word is a tone of a pitch of its own, and a joined
call is checked for the right pitches at the right places.
"""

import array
import io
import math
import wave
from typing import Any

import pytest

from app.factory import LARGEST_BODY
from display.voice import clips
from display.voice.clips import HERTZ, ClipInvalid, tidied
from office.place import Office, counter_numbered
from office.voice import settings_of
from storage.work import Work
from tests.display.voice.listening import listen
from tests.houses import Client, Staffed

CALL = "/display/voice/id/A012/3.wav"


def tone(pitch: float, seconds: float = 0.3, *, loud: float = 0.2, hertz: int = HERTZ) -> bytes:
    """Return a WAV file of a tone between two silences."""
    quiet = [0] * round(0.2 * hertz)
    sound = [
        round(32_767 * loud * math.sin(2 * math.pi * pitch * at / hertz))
        for at in range(round(seconds * hertz))
    ]
    return wav([*quiet, *sound, *quiet], hertz=hertz)


def wav(samples: list[int], hertz: int = HERTZ, channels: int = 1) -> bytes:
    """Return samples as a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(hertz)
        out.writeframes(array.array("h", samples).tobytes())
    return file.getvalue()


@pytest.fixture
def manager(client: Client, staffed: Staffed) -> "Recorder":
    """Who records."""
    return Recorder(client, {"Authorization": f"Bearer {staffed.sample.tokens['manager']}"})


class Recorder:
    """A manager at the recordings."""

    def __init__(self, client: Client, headers: dict[str, str]) -> None:
        self.flask = client.flask
        self.headers = headers

    def pack(self, locale: str = "id") -> dict[str, Any]:
        """Return what is needed and recorded."""
        packs: dict[str, Any] = self.flask.get(
            "/display/voice/clips", headers=self.headers
        ).get_json()
        found: dict[str, Any] = packs[locale]
        return found

    def put(self, key: str, sent: bytes, locale: str = "id") -> tuple[int, Any]:
        """Send a recording."""
        answer = self.flask.put(
            f"/display/voice/clips/{locale}/{key}",
            data=sent,
            headers=self.headers,
            content_type="audio/wav",
        )
        return answer.status_code, answer.get_json()

    def key(self, say: str) -> str:
        """Return the key of a word."""
        return next(str(each["key"]) for each in self.pack()["words"] if each["say"] == say)


def test_the_words_of_every_call_of_the_office_are_asked_for(manager: Recorder) -> None:
    words = [each["say"] for each in manager.pack()["words"]]
    assert words[0] == "chime"
    assert {"nomor antrean", "silakan menuju", "loket", "A", "U", "nol", "sembilan"} <= set(words)
    assert "sepuluh" in words and "dua puluh" not in words
    assert "Z" not in words
    english = [each["say"] for each in manager.pack("en")["words"]]
    assert "please go to" in english and "chime" not in english


def test_every_call_can_be_made_of_the_words_asked_for(staffed: Staffed) -> None:
    def look(work: Work, office: Office) -> None:
        settings = settings_of(work, office.id)
        for style in ("digits", "number"):
            settings.style = style
            for locale in ("id", "en"):
                needed = {each.key for each in clips.words_needed(work, office, settings, locale)}
                for number in (1, 10, 11, 12, 99, 100, 234, 899, 900, 999):
                    for counter in range(1, 11):
                        desk = counter_numbered(work, office.id, counter)
                        label = f"A{number:03}"
                        keys = clips.keys_of_call(settings, label, desk, locale)
                        assert set(keys) <= needed, (style, locale, label)

    staffed.read(look)


def test_a_call_is_joined_once_every_word_is_there_and_spoken_until_then(
    manager: Recorder, staffed: Staffed
) -> None:
    screen = {"Authorization": f"Bearer {staffed.sample.tokens['screen']}"}
    spoken = manager.flask.get(CALL, headers=screen).data
    said = ["nomor antrean", "A", "nol", "satu", "dua", "silakan menuju", "loket", "tiga"]
    pitches = {word: 400.0 + 100 * place for place, word in enumerate(said)}
    for word in said[:-1]:
        assert manager.put(manager.key(word), tone(pitches[word]))[0] == 200
    assert manager.flask.get(CALL, headers=screen).data == spoken
    manager.put(manager.key("tiga"), tone(pitches["tiga"]))
    heard = listen(manager.flask.get(CALL, headers=screen).data)
    length = 0.3 + 2 * clips.MARGIN
    assert heard.seconds == pytest.approx(8 * length + 7 * clips.GAP, abs=0.05)
    for place, word in enumerate(said):
        middle = place * (length + clips.GAP) + length / 2
        strengths = {
            other: heard.strength(pitch, middle - 0.05, middle + 0.05)
            for other, pitch in pitches.items()
        }
        assert max(strengths, key=lambda each: strengths[each]) == word


def test_a_word_can_be_heard_replaced_and_deleted(manager: Recorder) -> None:
    key = manager.key("nol")
    path = f"/display/voice/clips/id/{key}"
    assert manager.flask.get(f"{path}.wav", headers=manager.headers).status_code == 404
    manager.put(key, tone(500))
    assert manager.pack()["recorded"] == 1
    first = manager.flask.get(f"{path}.wav", headers=manager.headers).data
    manager.put(key, tone(700))
    second = manager.flask.get(f"{path}.wav", headers=manager.headers).data
    assert second != first and manager.pack()["recorded"] == 1
    assert manager.flask.delete(path, headers=manager.headers).status_code == 200
    assert manager.pack()["recorded"] == 0


def test_words_are_brought_to_one_loudness_without_the_silence_around_them() -> None:
    soft, loud = tidied(tone(500, loud=0.05)), tidied(tone(500, loud=0.9))
    assert max(soft) == max(loud) == clips.LOUDEST
    assert len(soft) == pytest.approx(0.36 * HERTZ, rel=0.05)


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (b"", "not_wav"),
        (b"<script>alert(1)</script>", "not_wav"),
        (b"OggS" + bytes(100), "not_wav"),
        (tone(500)[:30], "not_wav"),
        (tone(500, hertz=44_100), "not_wav"),
        (wav([0, 9000] * 4000, channels=2), "not_wav"),
        (wav([0] * HERTZ), "silent"),
        (wav([0] * 900 + [9000] * 30 + [0] * 900), "too_short"),
        (wav([9000] * HERTZ * 7)[: clips.LARGEST], "too_long"),
    ],
)
def test_what_is_no_recording_of_a_word_is_refused_with_the_reason(
    manager: Recorder, sent: bytes, reason: str
) -> None:
    with pytest.raises(ClipInvalid) as refused:
        tidied(sent)
    assert refused.value.facts["reason"] == reason
    status, told = manager.put(manager.key("nol"), sent)
    assert (status, told["code"], told["reason"]) == (422, "clip_invalid", reason)


def test_what_is_far_too_large_is_not_even_read(manager: Recorder) -> None:
    status, told = manager.put(manager.key("nol"), bytes(LARGEST_BODY + 1))
    assert (status, told["code"]) == (413, "body_too_large")


@pytest.mark.parametrize("key", ["0123456789abcdef", "..%2f..%2fetc", "x" * 300])
def test_only_words_of_the_office_are_kept(manager: Recorder, key: str) -> None:
    assert clips.LARGEST < LARGEST_BODY
    status, told = manager.put(key, tone(500))
    assert status == 404 and told["code"] in {"clip_unknown", "not_found"}


def test_only_who_manages_the_office_records(client: Client, staffed: Staffed) -> None:
    clerk = {"Authorization": f"Bearer {staffed.sample.tokens['clerks']['1']}"}
    assert client.flask.get("/display/voice/clips", headers=clerk).status_code == 403
    answer = client.flask.put("/display/voice/clips/id/0", data=tone(500), headers=clerk)
    assert answer.status_code == 403
