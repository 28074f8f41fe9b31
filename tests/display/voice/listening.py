"""Listening to a WAV file by numbers."""

import array
import io
import math
import wave
from dataclasses import dataclass


@dataclass(frozen=True)
class Heard:
    """What a WAV file holds."""

    channels: int
    bits: int
    hertz: int
    samples: "array.array[int]"

    @property
    def seconds(self) -> float:
        """Return its length."""
        return len(self.samples) / self.hertz

    def loudness(self, start: float, end: float) -> float:
        """Return the root mean square between two moments (seconds), 1 being the loudest."""
        part = self.samples[round(start * self.hertz) : round(end * self.hertz)]
        return math.sqrt(sum(each * each for each in part) / len(part)) / 32_768

    def strength(self, pitch: float, start: float, end: float) -> float:
        """Return how strong a pitch (hertz) is between two moments, by one Fourier term."""
        part = self.samples[round(start * self.hertz) : round(end * self.hertz)]
        turn = 2 * math.pi * pitch / self.hertz
        cosine = sum(each * math.cos(turn * at) for at, each in enumerate(part))
        sine = sum(each * math.sin(turn * at) for at, each in enumerate(part))
        return 2 * math.hypot(cosine, sine) / len(part) / 32_768


def listen(made: bytes) -> Heard:
    """Decode a WAV file of 16-bit samples."""
    with wave.open(io.BytesIO(made)) as sound:
        samples = array.array("h", sound.readframes(sound.getnframes()))
        return Heard(sound.getnchannels(), sound.getsampwidth() * 8, sound.getframerate(), samples)
