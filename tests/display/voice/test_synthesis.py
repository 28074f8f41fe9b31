"""Spoken sentences: real sound, made once, kept within bounds, whatever happens to a worker."""

import itertools
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from display.voice import synthesis
from display.voice.sentence import sentence
from display.voice.synthesis import (
    Voice,
    VoiceUnavailable,
    check_voice,
    clip_name,
    spelled,
    synthesise,
)
from tests.display.voice.listening import listen

STUCK = "import os, sys, time; print(os.getpid(), file=open(sys.argv[1], 'w')); time.sleep(60)"


@pytest.fixture
def voice(tmp_path: Path) -> Voice:
    """Return a voice with nothing kept yet."""
    return Voice(tmp_path / "voice")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of sentences that are really synthesised from now on."""
    sentences: list[str] = []
    real = synthesis.synthesise

    def noted(text: str, locale: str, *more: Any) -> bytes:
        sentences.append(text)
        return real(text, locale, *more)

    monkeypatch.setattr(synthesis, "synthesise", noted)
    return sentences


@pytest.fixture
def stuck_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a worker in place that writes its process id to the returned file and then hangs."""
    pid_file = tmp_path / "pid"
    worker = tmp_path / "stuck.py"
    worker.write_text(STUCK.replace("sys.argv[1]", repr(str(pid_file))), encoding="utf-8")
    monkeypatch.setattr(synthesis, "WORKER", worker)
    return pid_file


@pytest.mark.parametrize(
    ("label", "counter", "locale"),
    [("A012", 3, "id"), ("A012", 3, "en"), ("AB99999", 12, "id"), ("Z1", 1, "en")],
)
def test_a_call_is_real_speech_of_a_plausible_length(
    voice: Voice, label: str, counter: int, locale: str
) -> None:
    heard = listen(voice.call(label, counter, locale))
    assert (heard.channels, heard.bits, heard.hertz) == (1, 16, 22_050)
    assert 2 < heard.seconds < (11 if len(label) > 5 else 8)
    seconds = [heard.loudness(at, at + 0.5) for at in range(int(heard.seconds))]
    assert all(0.01 < each < 0.6 for each in seconds)
    assert 0.3 < max(abs(each) for each in heard.samples) / 32_768 < 1


@pytest.mark.parametrize(
    ("label", "counter", "syllables"),
    [
        # no-mor an-tre-an, a, nol, sa-tu, du-a, si-la-kan me-nu-ju lo-ket ti-ga
        ("A012", 3, 21),
        # no-mor an-tre-an, ce, nol, nol, tu-juh, si-la-kan me-nu-ju lo-ket se-pu-luh
        ("C007", 10, 21),
    ],
)
def test_a_call_is_as_long_and_as_lively_as_its_syllables(
    voice: Voice, label: str, counter: int, syllables: int
) -> None:
    heard = listen(voice.call(label, counter, "id"))
    assert 0.12 < heard.seconds / syllables < 0.35
    # Speech swells and ebbs with its syllables; silence, a tone and noise do not.
    loud = [heard.loudness(at / 50, (at + 1) / 50) for at in range(int(heard.seconds * 50))]
    middle = sorted(loud)[len(loud) // 2]
    swells = sum(before < middle <= after for before, after in itertools.pairwise(loud))
    assert syllables / 3 < swells < syllables * 2


def test_silence_around_the_words_is_trimmed(voice: Voice) -> None:
    heard = listen(voice.call("A012", 3, "en"))
    assert heard.loudness(0, 0.04) == 0 and heard.loudness(0.04, 0.1) > 0.001
    end = heard.seconds
    assert heard.loudness(end - 0.04, end) == 0 and heard.loudness(end - 0.1, end - 0.04) > 0.001


def test_each_number_sounds_different(voice: Voice) -> None:
    spoken = {voice.call("A012", counter, "id") for counter in range(1, 6)}
    assert len(spoken) == 5


def test_words_the_voice_misreads_are_given_in_phonemes() -> None:
    assert spelled("silakan menuju loket Empat.", "id") == ("silakan menuju [[l'okEt]] [[@mp'at]].")
    assert spelled("go to counter four", "en") == "go to counter four"
    assert "[[x]]" not in spelled("Ruang [[x]]", "id")


def test_a_kept_clip_is_not_made_again(voice: Voice, made: list[str]) -> None:
    first = voice.call("A012", 3, "id")
    assert voice.call("A012", 3, "id") == first
    assert len(made) == 1


def test_clips_outlive_the_server(tmp_path: Path, made: list[str]) -> None:
    first = Voice(tmp_path).call("A012", 3, "id")
    assert Voice(tmp_path).call("A012", 3, "id") == first
    assert len(made) == 1


def test_a_clip_cut_short_by_a_power_failure_is_made_again(tmp_path: Path, made: list[str]) -> None:
    voice = Voice(tmp_path)
    whole = voice.call("A012", 3, "id")
    (file,) = tmp_path.iterdir()
    for cut in (b"", whole[:1000]):
        file.write_bytes(cut)
        assert voice.call("A012", 3, "id") == whole
    assert len(made) == 3


def test_the_name_of_a_clip_depends_on_how_it_sounds(monkeypatch: pytest.MonkeyPatch) -> None:
    name = clip_name("Nomor antrean", "id")
    assert clip_name("Nomor antrean", "id") == name
    assert clip_name("Nomor antrean", "en") != name
    assert clip_name("Nomor lain", "id") != name
    monkeypatch.setitem(synthesis.SPEAKERS, "id", synthesis.Speaker("id", rate=150))
    assert clip_name("Nomor antrean", "id") != name


def test_many_who_ask_for_the_same_call_at_once_wait_for_one_synthesis(
    voice: Voice, made: list[str]
) -> None:
    start = threading.Barrier(12)
    answers: list[bytes] = []

    def ask() -> None:
        start.wait()
        answers.append(voice.call("A012", 3, "id"))

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(answers) == 12 and len(set(answers)) == 1
    assert len(made) == 1


def test_different_calls_at_once_are_all_spoken(voice: Voice, made: list[str]) -> None:
    threads = [
        threading.Thread(target=voice.call, args=(f"A{number:03d}", 3, "id"))
        for number in range(10)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 10


def test_the_clips_heard_longest_ago_make_room(tmp_path: Path, made: list[str]) -> None:
    size = len(Voice(tmp_path / "one").call("A001", 3, "id"))
    voice = Voice(tmp_path / "few", kept=round(3.5 * size))
    for label in ("A001", "A002", "A003"):
        voice.call(label, 3, "id")
        time.sleep(0.02)
    voice.call("A001", 3, "id")
    time.sleep(0.02)
    voice.call("A004", 3, "id")
    made.clear()
    for label in ("A001", "A003", "A004"):
        voice.call(label, 3, "id")
    assert made == []
    voice.call("A002", 3, "id")
    assert made == [sentence("A002", 3, "id")]
    assert sum(each.stat().st_size for each in (tmp_path / "few").iterdir()) <= 3.5 * size


def test_clips_leave_the_disk_room_for_numbers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: list[str]
) -> None:
    size = len(Voice(tmp_path / "one").call("A001", 3, "id"))
    total, rest = 12 * size, 0

    def usage(folder: Path) -> SimpleNamespace:
        clips = sum(each.stat().st_size for each in Path(folder).iterdir())
        return SimpleNamespace(total=total, free=total - clips - rest)

    monkeypatch.setattr(shutil, "disk_usage", usage)
    folder = tmp_path / "small"
    voice = Voice(folder)
    for number in range(1, 13):
        voice.call(f"A{number:03}", 3, "id")
    assert total // 4 <= usage(folder).free < total // 3
    rest = total
    made.clear()
    assert listen(voice.call("A099", 3, "id")).seconds > 2
    assert list(folder.iterdir()) == []
    assert made == [sentence("A099", 3, "id")]


def test_a_call_is_spoken_even_when_it_cannot_be_kept(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="ascii")
    assert listen(Voice(blocked / "voice").call("A012", 3, "id")).seconds > 2


def test_a_worker_killed_midway_costs_one_sentence(
    voice: Voice, stuck_worker: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[VoiceUnavailable] = []

    def ask() -> None:
        try:
            voice.call("A012", 3, "id")
        except VoiceUnavailable as error:
            failures.append(error)

    asking = [threading.Thread(target=ask) for _ in range(2)]
    for each in asking:
        each.start()
    deadline = time.monotonic() + 5
    while not (stuck_worker.exists() and stuck_worker.read_text().strip()):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    os.kill(int(stuck_worker.read_text()), signal.SIGKILL)
    for each in asking:
        each.join(10)
    assert failures and "-9" in str(failures[0])
    monkeypatch.undo()
    assert listen(voice.call("A012", 3, "id")).seconds > 2


def test_a_worker_that_hangs_is_ended(tmp_path: Path, stuck_worker: Path) -> None:
    with pytest.raises(VoiceUnavailable, match="longer than"):
        Voice(tmp_path / "voice", patience=0.5).call("A012", 3, "id")
    with pytest.raises(ProcessLookupError):
        os.kill(int(stuck_worker.read_text()), 0)


def test_a_missing_library_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert check_voice(tmp_path / "voice") is None
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(synthesis, "_library", lambda: str(tmp_path / "none.so"))
    with pytest.raises(VoiceUnavailable):
        synthesise("Nomor antrean", "id")
    complaint = check_voice(tmp_path / "voice")
    assert complaint is not None and "espeakng-loader" in complaint.partition("; ")[2]


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way", encoding="ascii")
    complaint = check_voice(blocked / "voice")
    assert complaint is not None and str(blocked) in complaint.partition("; ")[0]


UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
import sys
from pathlib import Path
import gevent
from display.voice.synthesis import Voice

beats = 0
def beat():
    global beats
    while True:
        gevent.sleep(0.001)
        beats += 1

beating = gevent.spawn(beat)
voice = Voice(Path(sys.argv[1]))
calls = [gevent.spawn(voice.call, f"A{n % 5:03d}", 3, "id") for n in range(20)]
gevent.joinall(calls, raise_error=True)
assert all(each.value[:4] == b"RIFF" for each in calls)
print(beats)
"""


def test_a_loop_of_greenlets_goes_on_while_calls_are_made(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", UNDER_GEVENT, str(tmp_path / "voice")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    # were each of the five sentences made in the loop, it would turn a few times between them
    assert int(ran.stdout) > 50
    assert len(list((tmp_path / "voice").iterdir())) == 5
