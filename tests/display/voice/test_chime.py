"""The chime, listened to by numbers."""

from display.voice.chime import chime
from tests.display.voice.listening import listen


def test_the_chime_is_short_and_soft_at_both_ends() -> None:
    heard = listen(chime())
    assert (heard.channels, heard.bits, heard.hertz) == (1, 16, 22_050)
    assert 0.85 <= heard.seconds <= 0.95
    assert heard.samples[0] == 0 and abs(heard.samples[-1]) < 100
    assert 0.5 < max(abs(each) for each in heard.samples) / 32_768 < 0.7
    steps = zip(heard.samples, heard.samples[1:], strict=False)
    assert max(abs(after - before) for before, after in steps) < 8_000


def test_the_chime_has_two_falling_tones() -> None:
    heard = listen(chime())
    assert heard.strength(659.26, 0.05, 0.25) > 3 * heard.strength(523.25, 0.05, 0.25)
    assert heard.strength(523.25, 0.35, 0.8) > 1.5 * heard.strength(659.26, 0.35, 0.8)


def test_the_chime_is_made_once() -> None:
    assert chime() is chime()
