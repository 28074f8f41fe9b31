"""What a voice is given of a screen's text, and who may have it read."""

import pytest

from display.voice.reading import LONGEST, aloud
from tests.houses import Client, Staffed


@pytest.mark.parametrize(
    ("text", "locale", "read"),
    [
        ("Nomor Anda. A012.", "id", "Nomor Anda. a, nol, satu, dua."),
        ("Your number. AB1200", "en", "Your number. A, B, one, two, zero, zero"),
        ("Fotokopi KK dan KTP-el", "id", "Fotokopi ka, ka dan ka, te, pe-el"),
        ("PRIORITAS, 25 menit", "id", "PRIORITAS, 25 menit"),
        ("sampai pukul 11.30", "id", "sampai pukul sebelas lewat tiga puluh menit"),
        ("pukul 14.00", "id", "pukul empat belas"),
        ("by 11:05 or 10:00", "en", "by eleven oh five or ten o'clock"),
    ],
)
def test_numbers_and_abbreviations_are_said_in_words(text: str, locale: str, read: str) -> None:
    assert aloud(text, locale) == read


def test_a_text_is_read_to_a_kiosk_within_bounds(client: Client, staffed: Staffed) -> None:
    headers = {"Authorization": f"Bearer {staffed.sample.tokens['kiosk']}"}
    made = client.flask.get("/voice/id.wav?text=Nomor+Anda+A012", headers=headers)
    assert (made.status_code, made.mimetype, made.data[:4]) == (200, "audio/wav", b"RIFF")
    for text in ("", "a" * (LONGEST + 1)):
        refused = client.flask.get(f"/voice/id.wav?text={text}", headers=headers)
        assert refused.status_code == 422
