"""The chime before a call: two soft bell tones, made by arithmetic."""

import array
import io
import math
import wave
from functools import cache

HERTZ = 22_050
#: Seconds.
LENGTH = 0.9
#: When each tone is struck (seconds) and its pitch (hertz): E5, then C5, a falling major third.
TONES = ((0.0, 659.26), (0.28, 523.25))
#: Partials of a soft bell: multiple of the pitch, loudness, decay per second.
PARTIALS = ((1.0, 1.0, 5.0), (2.0, 0.28, 8.0), (3.0, 0.1, 12.0))
#: Seconds until a struck tone is at its loudest, and of the fade at the very end.
ATTACK = 0.012
FADE = 0.08
#: Of the loudest a file can hold.
LOUDNESS = 0.6


@cache
def chime() -> bytes:
    """Return the chime as a WAV file: mono, 16 bits, 22,050 Hz, 0.9 s."""
    sound = [_at(sample / HERTZ) for sample in range(round(LENGTH * HERTZ))]
    scale = LOUDNESS * 32_767 / max(abs(each) for each in sound)
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(HERTZ)
        out.writeframes(array.array("h", (round(scale * each) for each in sound)).tobytes())
    return file.getvalue()


def _at(moment: float) -> float:
    """Return the chime's swing at `moment` (seconds)."""
    fade = min(1.0, (LENGTH - moment) / FADE)
    return fade * sum(_tone(moment - struck, pitch) for struck, pitch in TONES if moment >= struck)


def _tone(age: float, pitch: float) -> float:
    """Return the swing of a tone struck `age` seconds ago."""
    attack = min(1.0, age / ATTACK)
    return attack * sum(
        loudness * math.exp(-decay * age) * math.sin(2 * math.pi * multiple * pitch * age)
        for multiple, loudness, decay in PARTIALS
    )
