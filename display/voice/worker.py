"""Speaks one sentence with espeak-ng and ends: JSON on standard input, a WAV file on output.

It runs as a process of its own, by the path of this file and without the site's packages, so that a
fault of the library, which is written in C and keeps global state, costs one sentence and nothing
else, and so that it starts in some 30 ms. It must import nothing but the standard library.
"""

import array
import ctypes
import io
import json
import os
import sys
import wave
from typing import Any

#: What espeak_Initialize is told: hand the samples over, here, and never exit the process.
SYNCHRONOUS = 2
NO_EXIT = 0x8000
#: What espeak_Synth is told: the text is UTF-8 and may hold phonemes in double brackets.
TEXT = 0x0001 | 0x0100
CHARACTERS = 1
#: Parameters of the voice.
RATE = 1
PITCH = 3

#: What is called with each part of the sound: samples, their count, events; 0 means go on.
HANDLER = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
)

#: Samples below this are silence, out of 32,767.
SILENCE = 200
#: Seconds of silence left before and after the words.
MARGIN = 0.04


def speak(library: str, voice: str, rate: int, pitch: int, text: str) -> tuple[int, bytes]:
    """Return the sample rate and the 16-bit mono samples of `text`. Raises OSError on failure."""
    # The library keeps its data's path in 160 characters; a relative one always fits.
    os.chdir(os.path.dirname(library))
    espeak = ctypes.CDLL(library)
    hertz: int = espeak.espeak_Initialize(SYNCHRONOUS, 0, b".", NO_EXIT)
    if hertz <= 0:
        raise OSError("espeak-ng found no data")
    samples = bytearray()

    def take(wave_part: Any, count: int, _events: Any) -> int:
        if wave_part and count > 0:
            samples.extend(ctypes.string_at(wave_part, count * 2))
        return 0

    handler = HANDLER(take)
    espeak.espeak_SetSynthCallback(handler)
    if espeak.espeak_SetVoiceByName(voice.encode()):
        raise OSError(f"espeak-ng has no voice {voice}")
    espeak.espeak_SetParameter(RATE, rate, 0)
    espeak.espeak_SetParameter(PITCH, pitch, 0)
    said = text.encode()
    size = ctypes.c_size_t(len(said) + 1)
    if espeak.espeak_Synth(said, size, 0, CHARACTERS, 0, TEXT, None, None):
        raise OSError("espeak-ng refused the text")
    espeak.espeak_Synchronize()
    return hertz, bytes(samples)


def trimmed(samples: bytes, margin: int) -> bytes:
    """Return 16-bit samples with just `margin` samples of silence before and after the sound."""
    heard = array.array("h", samples)
    first, last = 0, len(heard)
    while first < last and abs(heard[first]) < SILENCE:
        first += 1
    while last > first and abs(heard[last - 1]) < SILENCE:
        last -= 1
    quiet = bytes(2 * margin)
    return quiet + heard[first:last].tobytes() + quiet


def wav(hertz: int, samples: bytes) -> bytes:
    """Return a WAV file of 16-bit mono samples."""
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(hertz)
        sound.writeframes(samples)
    return file.getvalue()


def main() -> None:
    """Speak what standard input asks for."""
    hertz, samples = speak(**json.load(sys.stdin))
    sys.stdout.buffer.write(wav(hertz, trimmed(samples, int(hertz * MARGIN))))


if __name__ == "__main__":
    main()
