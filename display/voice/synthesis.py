"""Spoken sentences as WAV files: made by espeak-ng in a process of its own, kept on disk.

A process per sentence costs some 30 ms and needs no care: nothing to restart, nothing to leak, and
several sentences at a time. It never holds up the server, whether threads or greenlets carry it.
"""

import contextlib
import hashlib
import importlib
import importlib.metadata
import json
import logging
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from display.voice.sentence import sentence
from office.voice import Tone

log = logging.getLogger(__name__)

WORKER = Path(__file__).with_name("worker.py")

#: Goes up whenever the same text would sound different, so that kept clips are made anew.
VERSION = 1

#: Seconds a sentence may take before its worker is ended.
PATIENCE = 8.0
#: Workers at a time; more would only slow the server down.
WORKERS = 2
#: Bytes of clips kept on disk; a day of 800 calls makes some 200 MB, most heard once.
KEPT = 64 * 2**20
#: Bytes of the disk that clips leave free, for numbers come first, and the share of it where the
#: disk is smaller than four times that.
LEFT_FREE, SHARE = 256 * 2**20, 4

#: Words the Indonesian voice misreads, in its own phonemes. The dictionary (KBBI) gives empat, enam
#: and belas with the e of "emas", loket with the e of "ember", and the letters as "be" in "beda".
SAID = {
    "empat": "@mp'at",
    "enam": "@n'am",
    "belas": "b@l'as",
    "sebelas": "s@b@l'as",
    "loket": "l'okEt",
    "be": "b'e",
    "ce": "tS'e",
    "de": "d'e",
    "ge": "g'e",
    "je": "dZ'e",
    "pe": "p'e",
    "te": "t'e",
    "fe": "f'e",
    "we": "w'e",
    "ye": "j'e",
}

_WORD = re.compile(r"[^\W\d_]+")


class VoiceUnavailable(Exception):
    """The machine cannot speak the sentence now; the message says why."""


@dataclass(frozen=True)
class Speaker:
    """A voice of espeak-ng and how it talks."""

    name: str
    #: Words a minute.
    rate: int = 130
    #: 0 to 99; 50 is the voice's own.
    pitch: int = 50


SPEAKERS = {"id": Speaker("id"), "en": Speaker("en-us")}

#: The variant of espeak-ng that a tone is.
TONES = {Tone.LOW: "", Tone.HIGH: "+f2"}


@dataclass(frozen=True)
class Manner:
    """How an office wants to be spoken for."""

    #: Percent of the speaker's own rate.
    speed: int = 100
    pitch: int = 50
    tone: Tone = Tone.LOW

    def speaker(self, locale: str) -> Speaker:
        """Return who speaks `locale` in this manner."""
        usual = SPEAKERS[locale]
        rate = round(usual.rate * self.speed / 100)
        return Speaker(usual.name + TONES[self.tone], rate, self.pitch)


USUAL = Manner()


class Voice:
    """Speaks calls, and keeps what it has spoken in a folder."""

    def __init__(
        self,
        folder: Path,
        *,
        kept: int = KEPT,
        patience: float = PATIENCE,
    ) -> None:
        self._folder = folder
        self._kept = kept
        self._patience = patience
        self._lock = threading.Lock()
        self._workers = threading.BoundedSemaphore(WORKERS)
        self._being_made: dict[str, Future[bytes]] = {}

    def call(self, label: str, counter: int, locale: str, counter_name: str | None = None) -> bytes:
        """Return the WAV file of a call. Raises TicketUnknown, VoiceUnavailable."""
        text = sentence(label, counter, locale, counter_name=counter_name)
        return self.clip(text, locale)

    def clip(self, text: str, locale: str, manner: Manner = USUAL) -> bytes:
        """Return the WAV file of `text` in `locale`, made once however many ask at a time.

        Mono, 16 bits, 22,050 Hz. Raises VoiceUnavailable.
        """
        name = clip_name(text, locale, manner)
        made = self._on_disk(name)
        if made is not None:
            return made
        with self._lock:
            making = self._being_made.get(name)
            mine = making is None
            if making is None:
                making = self._being_made[name] = Future()
        if mine:
            self._make(making, name, lambda: synthesise(text, locale, self._patience, manner))
        return making.result()

    def _make(self, making: Future[bytes], name: str, speak: Callable[[], bytes]) -> None:
        try:
            # Another request may have finished it between our look on the disk and our turn.
            made = self._on_disk(name)
            if made is None:
                with self._workers:
                    made = speak()
                self._keep(name, made)
            making.set_result(made)
        except VoiceUnavailable as error:
            making.set_exception(error)
        finally:
            with self._lock:
                del self._being_made[name]
            if not making.done():
                making.set_exception(VoiceUnavailable("the request making it was broken off"))

    def _on_disk(self, name: str) -> bytes | None:
        """Return a kept clip, unless it is missing or was cut short by a power failure."""
        file = self._folder / name
        try:
            made = file.read_bytes()
            if not _is_whole(made):
                return None
            os.utime(file)
        except OSError:
            return None
        return made

    def _keep(self, name: str, made: bytes) -> None:
        """Put a clip on disk in one step, and make room; a full disk only costs time later."""
        part = self._folder / f"{uuid4().hex}.part"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if self._make_room(len(made)):
                part.write_bytes(made)
                part.replace(self._folder / name)
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink()
            log.warning("a spoken sentence could not be kept: %s", error)

    def _make_room(self, size: int) -> bool:
        """Remove the clips not heard for longest until one of `size` bytes fits; say if it does.

        It fits when clips take no more than they may, and leave the disk what it needs.
        """
        clips = []
        for file in self._folder.iterdir():
            try:
                clips.append((file.stat(), file))
            except FileNotFoundError:
                continue
        disk = shutil.disk_usage(self._folder)
        too_many = sum(each.st_size for each, _ in clips) + size - self._kept
        too_full = min(LEFT_FREE, disk.total // SHARE) + size - disk.free
        for state, file in sorted(clips, key=lambda clip: clip[0].st_mtime_ns):
            if max(too_many, too_full) <= 0:
                break
            file.unlink(missing_ok=True)
            too_many -= state.st_size
            too_full -= state.st_size
        return too_full <= 0


def clip_name(text: str, locale: str, manner: Manner = USUAL) -> str:
    """Return the file name of a sentence: a digest of all that decides how it sounds."""
    speaker = repr(manner.speaker(locale))
    sounds = json.dumps([VERSION, _engine_version(), speaker, spelled(text, locale)])
    return hashlib.sha256(sounds.encode()).hexdigest()[:40] + ".wav"


def spelled(text: str, locale: str) -> str:
    """Return `text` as the voice should get it, with phonemes for the words it misreads."""
    # The brackets of phonemes are the engine's language, not the speaker's.
    plain = text.replace("[[", " ").replace("]]", " ")
    if locale != "id":
        return plain
    return _WORD.sub(
        lambda word: f"[[{SAID[word[0].lower()]}]]" if word[0].lower() in SAID else word[0], plain
    )


def synthesise(text: str, locale: str, patience: float = PATIENCE, manner: Manner = USUAL) -> bytes:
    """Speak `text` in a worker process and return the WAV file. Raises VoiceUnavailable."""
    speaker = manner.speaker(locale)
    order = {
        "library": _library(),
        "voice": speaker.name,
        "rate": speaker.rate,
        "pitch": speaker.pitch,
        "text": spelled(text, locale),
    }
    try:
        worker = subprocess.run(
            [sys.executable, "-I", "-S", str(WORKER)],
            input=json.dumps(order).encode(),
            capture_output=True,
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise VoiceUnavailable(f"the voice took longer than {patience:g} s") from None
    except OSError as error:
        raise VoiceUnavailable(f"the voice could not be started: {error}") from error
    if worker.returncode != 0 or not _is_whole(worker.stdout):
        last = worker.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise VoiceUnavailable(last or f"the voice ended with {worker.returncode}")
    return worker.stdout


def check_voice(folder: Path) -> str | None:
    """Return nothing when this machine can speak and keep clips in `folder`.

    Otherwise return what is wrong and, after a semicolon, how to mend it. Nothing is left behind.
    """
    for locale in SPEAKERS:
        try:
            synthesise(sentence("A012", 3, locale), locale)
        except VoiceUnavailable as error:
            reason = str(error).replace(";", ",")
            return (
                f"cannot speak ({locale}), calls are announced by the chime alone: {reason}; "
                "reinstall the package espeakng-loader, and on Linux libstdc++6"
            )
    existing = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=existing) as trial:
            trial.write(bytes(2**20))
    except OSError as error:
        return (
            f"spoken calls cannot be kept in {folder}, each is made anew: {error.strerror}; "
            "make room there, and let the server's user write to it"
        )
    return None


def _is_whole(made: bytes) -> bool:
    """Say whether these bytes are a WAV file of the length its own head states."""
    return made[:4] == b"RIFF" and int.from_bytes(made[4:8], "little") + 8 == len(made)


def _library() -> str:
    """Return the path of espeak-ng's shared library, which is not loaded here."""
    try:
        loader = importlib.import_module("espeakng_loader")
    except ImportError as error:
        raise VoiceUnavailable("the package espeakng-loader is not installed") from error
    return str(loader.get_library_path())


def _engine_version() -> str:
    try:
        return importlib.metadata.version("espeakng-loader")
    except importlib.metadata.PackageNotFoundError:
        return ""
