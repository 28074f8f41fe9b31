"""Recorded clips: an office's own voice, word by word, kept in the database and joined into calls.

A clip is a WAV file of 16-bit mono samples at 22,050 Hz. Nothing else is taken: a browser turns
whatever it can play into that, so the server needs no decoder.
"""

import array
import hashlib
import io
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, mapped_column

from display.voice.sentence import LOCALES, Piece, counter_pieces, number_pieces, phrase
from display.voice.sentence import pieces as pieces_of
from office.errors import Invalid, Unknown
from office.place import Counter, Office, Service, counters_of, services_of
from office.voice import CounterName, Style, VoiceSettings
from storage.base import Base
from storage.work import Work

HERTZ = 22_050
#: Seconds a clip may last.
SHORTEST, LONGEST = 0.08, 5.5
#: Largest file taken, in bytes; less than the server takes of any request.
LARGEST = 44 + 2 * HERTZ * 58 // 10
#: The loudest sample must reach this, of 32,767, or nothing was recorded.
QUIETEST = 600
#: What clips are brought to, so that one word is not louder than the next.
LOUDEST = 24_000
#: Of the loudest sample; what is below counts as silence around the word.
SILENCE = 0.04
#: Seconds left before and after a word, and put between two words and after each letter or digit.
MARGIN, GAP = 0.03, 0.07

CHIME = Piece("phrase", "chime")


class ClipInvalid(Invalid):
    """What was sent is not a sound the voice can join; `reason` says why."""

    code = "clip_invalid"


class ClipUnknown(Unknown):
    """The office's calls need no such word, or it has not been recorded."""

    code = "clip_unknown"


class Clip(Base):
    """A recorded word of an office."""

    __tablename__ = "voice_clips"

    office_id: Mapped[int] = mapped_column(ForeignKey("offices.id"), primary_key=True)
    locale: Mapped[str] = mapped_column(String(2), primary_key=True)
    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    wav: Mapped[bytes] = mapped_column(LargeBinary)
    milliseconds: Mapped[int]
    recorded_at: Mapped[datetime]


@dataclass(frozen=True)
class Word:
    """A word an office's calls need, with what to say into the microphone."""

    key: str
    kind: str
    say: str


def key_of(piece: Piece) -> str:
    """Return the key under which a piece is kept."""
    return hashlib.sha256(f"{piece.kind}:{piece.text.lower()}".encode()).hexdigest()[:16]


def words_needed(work: Work, office: Office, settings: VoiceSettings, locale: str) -> list[Word]:
    """Return every word that the calls of the office are made of in `locale`, each once."""
    services, counters = services_of(work, office.id), counters_of(work, office.id)
    wanted = [CHIME] if locale == LOCALES[0] else []
    wanted += [
        each
        for part in settings.template(locale).replace("{counter}", "{number}").split("{number}")
        for each in phrase(part)
    ]
    wanted += [Piece("letter", each) for each in _letters(services)]
    wanted += number_pieces(_numbers(services, settings), locale)
    for counter in counters:
        wanted += counter_pieces(counter.number, locale, name_aloud(counter, settings, locale))
    # All words of a kind together; the order within a kind stays.
    kinds = {kind: place for place, kind in enumerate(("phrase", "letter", "number", "name"))}
    ordered = sorted(dict.fromkeys(wanted), key=lambda each: kinds[each.kind])
    return [
        Word(key_of(each), "chime" if each is CHIME else each.kind, each.text) for each in ordered
    ]


def name_aloud(counter: Counter, settings: VoiceSettings, locale: str) -> str | None:
    """Return the name a counter is called by, or nothing where it is called by its number."""
    return counter.name(locale) if settings.counter_name == CounterName.NAME else None


def keys_of_call(settings: VoiceSettings, label: str, counter: Counter, locale: str) -> list[str]:
    """Return the keys of the words of a call, in order. Raises TicketUnknown."""
    made = pieces_of(
        label,
        counter.number,
        locale,
        style=Style(settings.style),
        counter_name=name_aloud(counter, settings, locale),
        template=settings.template(locale),
    )
    return [key_of(each) for each in made]


def recorded(work: Work, office_id: int, locale: str) -> dict[str, tuple[int, datetime]]:
    """Return the length in milliseconds and the moment of every clip there is, by key."""
    rows = work.session.execute(
        select(Clip.key, Clip.milliseconds, Clip.recorded_at).where(
            Clip.office_id == office_id, Clip.locale == locale
        )
    )
    return {key: (length, at) for key, length, at in rows}


def clip_of(work: Work, office_id: int, locale: str, key: str) -> bytes:
    """Return one clip. Raises ClipUnknown."""
    clip = work.session.get(Clip, (office_id, locale, key))
    if clip is None:
        raise ClipUnknown(key=key)
    return clip.wav


def has_chime(work: Work, office_id: int) -> bool:
    """Say whether the office has a chime of its own."""
    found = work.session.scalar(
        select(Clip.milliseconds).where(
            Clip.office_id == office_id, Clip.locale == LOCALES[0], Clip.key == key_of(CHIME)
        )
    )
    return found is not None


def joined(work: Work, office_id: int, locale: str, keys: Sequence[str]) -> bytes | None:
    """Return the clips of `keys` as one WAV file, or nothing unless every one is there."""
    rows = work.session.execute(
        select(Clip.key, Clip.wav).where(
            Clip.office_id == office_id, Clip.locale == locale, Clip.key.in_(set(keys))
        )
    )
    there = dict(rows.all())
    if any(key not in there for key in keys):
        return None
    gap = bytes(2 * round(GAP * HERTZ))
    return _wav(gap.join(_samples(there[key]).tobytes() for key in keys))


def keep_clip(
    work: Work, office_id: int, locale: str, key: str, sent: bytes, now: datetime
) -> Clip:
    """Keep what was recorded for a word, in place of any former one. Raises ClipInvalid."""
    tidy = tidied(sent)
    clip = work.session.get(Clip, (office_id, locale, key))
    if clip is None:
        clip = Clip(office_id=office_id, locale=locale, key=key)
        work.session.add(clip)
    clip.wav, clip.recorded_at = _wav(tidy.tobytes()), now
    clip.milliseconds = round(1000 * len(tidy) / HERTZ)
    return clip


def drop_clip(work: Work, office_id: int, locale: str, key: str) -> None:
    """Forget a clip. Raises ClipUnknown."""
    clip = work.session.get(Clip, (office_id, locale, key))
    if clip is None:
        raise ClipUnknown(key=key)
    work.session.delete(clip)


def tidied(sent: bytes) -> "array.array[int]":
    """Return the samples of a WAV file at one loudness, without the silence around the word.

    Raises ClipInvalid with the reason: not_wav, too_long, too_short or silent.
    """
    samples = _samples(sent)
    if len(samples) > LONGEST * HERTZ:
        raise ClipInvalid(reason="too_long")
    loudest = max((abs(min(samples)), max(samples))) if samples else 0
    if loudest < QUIETEST:
        raise ClipInvalid(reason="silent")
    threshold, margin = SILENCE * loudest, round(MARGIN * HERTZ)
    heard = [at for at, each in enumerate(samples) if abs(each) > threshold]
    word = samples[max(heard[0] - margin, 0) : heard[-1] + margin]
    if len(word) < SHORTEST * HERTZ:
        raise ClipInvalid(reason="too_short")
    return array.array("h", (round(each * LOUDEST / loudest) for each in word))


def _samples(file: bytes) -> "array.array[int]":
    if len(file) > LARGEST:
        raise ClipInvalid(reason="too_long")
    try:
        with wave.open(io.BytesIO(file)) as sound:
            if (sound.getnchannels(), sound.getsampwidth(), sound.getframerate()) != (1, 2, HERTZ):
                raise ClipInvalid(reason="not_wav")
            frames = sound.readframes(sound.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise ClipInvalid(reason="not_wav") from error
    return array.array("h", frames[: len(frames) // 2 * 2])


def _wav(samples: bytes) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(HERTZ)
        sound.writeframes(samples)
    return file.getvalue()


def _letters(services: Iterable[Service]) -> list[str]:
    return sorted({letter for each in services for letter in each.letter})


def _numbers(services: Sequence[Service], settings: VoiceSettings) -> list[int]:
    """Return numbers that together hold every word of the numbers on the office's tickets."""
    if settings.style == Style.DIGITS:
        return list(range(10))
    highest = max((each.number_to for each in services), default=999)
    tens = range(30, 100, 10)
    large = (100, 101, 200, 1000, 1001, 2000)
    return [*range(21), *tens, *(each for each in large if each <= highest)]
